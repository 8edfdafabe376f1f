package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.model.Folded;
import dev.weightsmith.model.GgufOutput;
import dev.weightsmith.model.HuggingFaceOutput;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.model.MetaOutput;
import dev.weightsmith.model.OutputOptions;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.sha256.KnownFiles;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The library's side of the commands.
final class CoreCalls implements Core {
    @Override
    public Job plan(Request request, JobOptions job, Progress progress) throws IOException {
        Folded folded = Folded.open(request.model(), request.adapters(), request.roundOnce());
        try {
            var findings = new ArrayList<Finding>(folded.findings());
            findings.addAll(TokenizerFindings.of(folded.model(), request.target().format()));
            findings.addAll(
                    new KnownInputs(KnownFiles.published(), job.threads(), progress)
                            .check(folded.files(), request.strict()));
            Plan plan = plan(folded.model(), request, findings);
            return new Job(plan, findings, folded);
        } catch (IOException | RuntimeException e) {
            folded.close();
            throw e;
        }
    }

    private static Plan plan(LlamaModel model, Request request, List<Finding> findings)
            throws IOException {
        Target target = request.target();
        Optional<DType> type = target.types().stream().findFirst().map(FileType::mainType);
        var options =
                new OutputOptions(
                        target.format() == Format.GGUF ? Optional.empty() : type,
                        target.shardSize(),
                        name(request),
                        template(target));
        return switch (target.format()) {
            case HF -> HuggingFaceOutput.plan(model, target.out(), options);
            case HF_BIN ->
                    HuggingFaceOutput.plan(
                            model, target.out(), options, HuggingFaceOutput.Container.BIN);
            case META -> MetaOutput.plan(model, target.out(), options, target.shards());
            case GGUF -> {
                QuantizePlan plan = gguf(model, target, new GgufOutput(model, options));
                findings.addAll(plan.findings());
                yield plan.plan();
            }
        };
    }

    /// Quantized types are made of the 16-bit model, as if that had been written and quantized.
    private static QuantizePlan gguf(LlamaModel model, Target target, GgufOutput output)
            throws IOException {
        DType usual = GgufOutput.defaultType(model);
        List<FileType> types =
                target.types().isEmpty() ? List.of(FileType.parse(usual.name())) : target.types();
        DType first = types.getFirst().mainType();
        boolean alone = types.size() == 1 && !first.isQuantized();
        if (!alone && types.stream().anyMatch(type -> isFiner(type.mainType(), usual, model))) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "is F32, and quantized files are made of it as "
                                            + usual
                                            + ": F32 and BF16 files need a run of their own")
                            .withHint("run once for each of them"));
        }
        String stem = QuantizePlan.stem(target.out());
        return QuantizePlan.of(
                QuantizeSource.of(model, output, stem, alone ? first : usual),
                stem,
                target.out(),
                types,
                target.quantizing());
    }

    /// Whether a file of `type` would lose what the model has, were it made of `usual`.
    private static boolean isFiner(DType type, DType usual, LlamaModel model) {
        return !type.isQuantized()
                && type != usual
                && Objects.requireNonNull(model.tensors().get(TensorNames.EMBEDDING)).dtype()
                        == DType.F32;
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
