package dev.weightsmith.merge;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.model.GgufOutput;
import dev.weightsmith.model.HuggingFaceOutput;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.model.MetaOutput;
import dev.weightsmith.model.OutputOptions;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.GgufCopy;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The plan of writing a model as [TargetOptions] say.
public final class ModelPlans {
    private ModelPlans() {}

    /// @param name for the metadata, instead of what the model's own files say
    /// @param findings gains what is worth knowing about the plan
    /// @throws dev.weightsmith.error.FileException if the chat template or a tokenizer file cannot
    ///   be read
    public static Plan of(
            LlamaModel whole, Target target, Optional<String> name, List<Finding> findings)
            throws IOException {
        LlamaModel model = target.remoteCode() ? whole : whole.withoutRemoteCode();
        Optional<TemplateChoice.Asked> template = template(target);
        Optional<Plan> plan = Optional.empty();
        for (Format format : target.formats()) {
            // Beside GGUF files, whose type is asked for, a folder is as the model is.
            boolean typed = format == Format.GGUF || target.formats().size() == 1;
            var options =
                    new OutputOptions(
                            typed ? target.floatingType() : Optional.empty(),
                            target.shardSize(),
                            name,
                            template);
            Plan one =
                    switch (format) {
                        case HF -> HuggingFaceOutput.plan(model, options);
                        case HF_BIN ->
                                HuggingFaceOutput.plan(
                                        model, options, HuggingFaceOutput.Container.BIN);
                        case META -> MetaOutput.plan(model, options, target.shards());
                        case GGUF -> {
                            Optional<GgufFile> stored = GgufCopy.file(model);
                            if (stored.isPresent() && target.types().isEmpty()) {
                                yield copy(stored.get(), target, options);
                            }
                            QuantizePlan quantized = gguf(model, target, options);
                            findings.addAll(quantized.findings());
                            yield quantized.plan();
                        }
                    };
            plan = Optional.of(plan.map(before -> before.with(one)).orElse(one));
        }
        if (target.formats().contains(Format.HF) || target.formats().contains(Format.HF_BIN)) {
            remoteCode(whole, target).ifPresent(findings::add);
        }
        findings.add(Finding.note(model.path(), model.template(template).why()));
        return plan.orElseThrow();
    }

    /// Code that is not ours is said to be there.
    private static Optional<Finding> remoteCode(LlamaModel model, Target target) {
        Set<String> files = model.companions().code().keySet();
        String what =
                Stream.concat(
                                Stream.of("auto_map").filter(_ -> model.config().namesCode()),
                                files.stream().map(Printable::text))
                        .collect(Collectors.joining(", "));
        String message =
                target.remoteCode()
                        ? "code of others is copied as data and never run here: "
                        : "code of others is left out: ";
        return Optional.of(what)
                .filter(names -> !names.isEmpty())
                .map(names ->
                        new Finding(
                                Finding.Severity.NOTE,
                                Problem.of(ErrorKind.REFUSED, message + names)));
    }

    private static Plan copy(GgufFile file, Target target, OutputOptions options)
            throws IOException {
        return new GgufCopy(
                        file,
                        options.name(),
                        options.chatTemplate().map(TemplateChoice.Asked::templates))
                .plan(QuantizePlan.stem(target.out()), target.out(), target.quantizing());
    }

    /// Quantized types are made of the 16-bit model, as if that had been written and quantized.
    private static QuantizePlan gguf(LlamaModel model, Target target, OutputOptions options)
            throws IOException {
        DType usual = GgufOutput.defaultType(model);
        List<FileType> types =
                target.types().isEmpty()
                        ? List.of(FileType.parse(GgufOutput.unaskedType(model).name()))
                        : target.types();
        if (options.type().isEmpty()
                && types.stream().anyMatch(type -> isFiner(type.mainType(), usual, model))) {
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
                QuantizeSource.of(model, options, stem),
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

    private static Optional<TemplateChoice.Asked> template(Target target) throws IOException {
        return target.chatTemplate().isEmpty()
                ? Optional.empty()
                : Optional.of(TemplateChoice.Asked.of(target.chatTemplate().get()));
    }
}
