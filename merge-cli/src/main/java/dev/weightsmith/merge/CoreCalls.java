package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.Formats;
import dev.weightsmith.model.Folded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The library's side of the commands.
final class CoreCalls implements Core {
    @Override
    public Job plan(Request request) throws IOException {
        Folded folded = Folded.open(request.model(), request.adapters(), false);
        try {
            return new Job(
                    ModelPlans.of(folded.model(), request.target(), name(request)),
                    folded.findings(),
                    folded);
        } catch (IOException | RuntimeException e) {
            folded.close();
            throw e;
        }
    }

    /// What a base is called no longer fits once adapters are folded in; the output's name does.
    private static Optional<String> name(Request request) {
        Target target = request.target();
        return target.modelName().isPresent() || request.adapters().isEmpty()
                ? target.modelName()
                : Optional.of(
                        String.valueOf(target.out().getFileName()).replaceFirst("\\.gguf$", ""));
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
        try (Checkpoint checkpoint = Formats.open(path)) {
            ObjectNode details = JsonNodeFactory.instance.objectNode();
            return new Inspection(checkpoint.container(), details, checkpoint.tensors());
        }
    }
}
