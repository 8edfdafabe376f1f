package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.model.Folded;
import dev.weightsmith.model.GgufOutput;
import dev.weightsmith.model.HuggingFaceOutput;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.model.OutputOptions;
import dev.weightsmith.model.TensorTypes;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/// The library's side of the commands.
final class CoreCalls implements Core {
    @Override
    public Job plan(Request request) throws IOException {
        Folded folded = Folded.open(request.model(), request.adapters(), false);
        try {
            var findings = new ArrayList<>(folded.findings());
            findings.addAll(TokenizerFindings.of(folded.model(), request.target().format()));
            return new Job(plan(folded.model(), request), findings, folded);
        } catch (IOException | RuntimeException e) {
            folded.close();
            throw e;
        }
    }

    private static Plan plan(LlamaModel model, Request request) throws IOException {
        Target target = request.target();
        var options =
                new OutputOptions(
                        target.type(), target.shardSize(), name(request), template(target));
        return switch (target.format()) {
            case HF -> HuggingFaceOutput.plan(model, target.out(), options);
            case GGUF ->
                    new GgufOutput(model, options)
                            .plan(
                                    target.out(),
                                    TensorTypes.floating(
                                            target.type()
                                                    .orElseGet(
                                                            () -> GgufOutput.defaultType(model))));
        };
    }

    /// What a base is called no longer fits once adapters are folded in; the output's name does.
    private static Optional<String> name(Request request) {
        Target target = request.target();
        return target.modelName().isPresent() || request.adapters().isEmpty()
                ? target.modelName()
                : Optional.of(
                        String.valueOf(target.out().getFileName()).replaceFirst("\\.gguf$", ""));
    }

    private static Optional<String> template(Target target) throws IOException {
        if (target.chatTemplate().isEmpty()) {
            return Optional.empty();
        }
        String name = target.chatTemplate().get();
        return (ChatTemplates.BUILT_IN.contains(name)
                        ? ChatTemplates.builtIn(name)
                        : ChatTemplates.read(Path.of(name)))
                .standard();
    }

    @Override
    public long memory(Job job, JobOptions options) throws IOException {
        return Engine.memory(job.plan(), engineOptions(options));
    }

    @Override
    public Report run(Job job, JobOptions options, Progress progress) throws IOException {
        return Engine.run(job.plan(), engineOptions(options), progress);
    }

    private static EngineOptions engineOptions(JobOptions options) {
        return new EngineOptions(options.threads(), options.maxMemory(), options.overwrite());
    }

    @Override
    public Inspection inspect(Path path) throws IOException {
        return Inspector.inspect(path);
    }
}
