package dev.weightsmith.job;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.model.Model;
import dev.weightsmith.output.GgufCopy;
import dev.weightsmith.output.GgufOutput;
import dev.weightsmith.output.HuggingFaceOutput;
import dev.weightsmith.output.MetaOutput;
import dev.weightsmith.output.OutputOptions;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.output.QuantizeSource;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The plan of writing a model as a [Target] says.
final class Outputs {
    private final Model model;
    private final Target target;
    private final Optional<String> name;
    private final Optional<TemplateChoice.Asked> template;
    private final Optional<GgufFile> stored;
    private final Plan plan;
    private Optional<QuantizePlan> quantized = Optional.empty();

    /// @param name for the metadata, instead of what the model's own files say
    /// @param findings gains what is worth knowing about the plan
    /// @throws dev.weightsmith.error.FileException if the chat template or a tokenizer file cannot
    ///   be read
    Outputs(Model whole, Target target, Optional<String> name, List<Finding> findings)
            throws IOException {
        this.model = target.remoteCode() ? whole : whole.withoutRemoteCode();
        this.target = target;
        this.name = name;
        this.template =
                target.chatTemplate().isEmpty()
                        ? Optional.empty()
                        : Optional.of(TemplateChoice.Asked.of(target.chatTemplate().get()));
        this.stored = GgufCopy.file(model);
        Optional<Plan> all = Optional.empty();
        for (Format format : target.formats()) {
            Plan one = plan(format);
            all = Optional.of(all.map(before -> before.with(one)).orElse(one));
        }
        this.plan = all.orElseThrow();
        quantized.ifPresent(choices -> findings.addAll(choices.findings()));
        if (target.formats().contains(Format.HF) || target.formats().contains(Format.HF_BIN)) {
            remoteCode(whole, target).ifPresent(findings::add);
        }
        if (!isTakenAsFile()) {
            findings.add(Finding.note(model.path(), model.template(template).why()));
        }
    }

    Plan plan() {
        return plan;
    }

    /// The choices behind the GGUF files, where types were chosen.
    Optional<QuantizePlan> quantized() {
        return quantized;
    }

    private boolean isTakenAsFile() {
        return target.asFile() && stored.isPresent();
    }

    private Plan plan(Format format) throws IOException {
        // Beside GGUF files, whose type is asked for, a folder is as the model is.
        boolean typed = format == Format.GGUF || target.formats().size() == 1;
        var options =
                new OutputOptions(
                        typed ? target.floatingType() : Optional.empty(),
                        target.shardSize(),
                        name,
                        template);
        return switch (format) {
            case HF -> HuggingFaceOutput.plan(model, options);
            case HF_BIN -> HuggingFaceOutput.plan(model, options, HuggingFaceOutput.Container.BIN);
            case META -> MetaOutput.plan(model, options, target.shards());
            case GGUF -> gguf(options);
        };
    }

    private Plan gguf(OutputOptions options) throws IOException {
        if (stored.isPresent() && target.types().isEmpty()) {
            return new GgufCopy(stored.get(), name, template.map(TemplateChoice.Asked::templates))
                    .plan(target.stem(), target.out(), target.quantizing());
        }
        QuantizeSource source =
                isTakenAsFile()
                        ? QuantizeSource.of(stored.get())
                        : QuantizeSource.of(model, options, target.stem());
        QuantizePlan choices =
                QuantizePlan.of(
                        source,
                        target.stem(),
                        target.out(),
                        isTakenAsFile() ? target.types() : types(options),
                        target.quantizing());
        quantized = Optional.of(choices);
        return choices.plan();
    }

    /// Code that is not ours is said to be there.
    private static Optional<Finding> remoteCode(Model model, Target target) {
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

    /// Quantized types are made of the 16-bit model, as if that had been written and quantized.
    private List<FileType> types(OutputOptions options) {
        if (target.types().isEmpty()) {
            return List.of(FileType.parse(GgufOutput.unaskedType(model).name()));
        }
        DType usual = GgufOutput.defaultType(model);
        if (options.type().isEmpty()
                && target.types().stream().anyMatch(type -> isFiner(type.mainType(), usual))) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "is F32, and quantized files are made of it as %s: F32 and BF16 files need a run of their own"
                                            .formatted(usual))
                            .withHint("run once for each of them"));
        }
        return target.types();
    }

    /// Whether a file of `type` would lose what the model has, were it made of `usual`.
    private boolean isFiner(DType type, DType usual) {
        return !type.isQuantized()
                && type != usual
                && Objects.requireNonNull(model.tensors().get(Architecture.EMBEDDING)).dtype()
                        == DType.F32;
    }
}
