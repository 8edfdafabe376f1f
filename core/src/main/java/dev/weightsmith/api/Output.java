package dev.weightsmith.api;

import dev.weightsmith.engine.Progress;
import dev.weightsmith.job.Format;
import dev.weightsmith.job.Job;
import dev.weightsmith.job.Origin;
import dev.weightsmith.job.Request;
import dev.weightsmith.job.Target;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.output.QuantizeRequest;
import dev.weightsmith.quantize.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What a model is to be written as. Each method says one thing more and gives a new output.
public final class Output {
    private static final long SHARD_BYTES = 5_000_000_000L;

    private final Origin origin;
    private final Set<Format> forms;
    private final List<FileType> types;
    private final Optional<String> chatTemplate;
    private final Optional<String> name;
    private final long shardBytes;
    private final boolean strict;

    Output(Origin origin) {
        this(
                origin,
                EnumSet.noneOf(Format.class),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                SHARD_BYTES,
                false);
    }

    private Output(
            Origin origin,
            Set<Format> forms,
            List<FileType> types,
            Optional<String> chatTemplate,
            Optional<String> name,
            long shardBytes,
            boolean strict) {
        this.origin = origin;
        this.forms = forms;
        this.types = types;
        this.chatTemplate = chatTemplate;
        this.name = name;
        this.shardBytes = shardBytes;
        this.strict = strict;
    }

    /// In these forms: one, or one kind of folder with GGUF files. Without it [#to] tells: GGUF
    /// where the name ends in `.gguf`, else a Hugging Face folder of safetensors.
    public Output as(Form first, Form... others) {
        EnumSet<Format> chosen = EnumSet.of(format(first));
        Arrays.stream(others).map(Output::format).forEach(chosen::add);
        if (chosen.size() > (chosen.contains(Format.GGUF) ? 2 : 1)) {
            throw new IllegalArgumentException(chosen + ": one form, or one folder with GGUF");
        }
        return new Output(origin, chosen, types, chatTemplate, name, shardBytes, strict);
    }

    private static Format format(Form form) {
        return switch (form) {
            case HUGGING_FACE -> Format.HF;
            case HUGGING_FACE_BIN -> Format.HF_BIN;
            case META -> Format.META;
            case GGUF -> Format.GGUF;
        };
    }

    /// With weights of these types, for example `F16`; several, and quantized ones such as
    /// `Q4_K_M`, for GGUF. Without it as in the model.
    ///
    /// @throws IllegalArgumentException if there is no such type
    public Output types(String... names) {
        List<FileType> chosen = Arrays.stream(names).map(FileType::parse).distinct().toList();
        return new Output(origin, forms, chosen, chatTemplate, name, shardBytes, strict);
    }

    /// With a chat template: `none`, the name of a known one, or a file.
    public Output chatTemplate(String template) {
        return new Output(origin, forms, types, Optional.of(template), name, shardBytes, strict);
    }

    /// With a name in its metadata.
    public Output name(String given) {
        return new Output(
                origin, forms, types, chatTemplate, Optional.of(given), shardBytes, strict);
    }

    /// In files of at most so many bytes of tensors, where a folder has several.
    public Output shardsOf(long bytes) {
        return new Output(origin, forms, types, chatTemplate, name, bytes, strict);
    }

    /// Only if inputs that are called like published files are those files, and adapters stand on
    /// what they were trained on; otherwise there are warnings.
    public Output strict() {
        return new Output(origin, forms, types, chatTemplate, name, shardBytes, true);
    }

    /// Plans it: opens the inputs, checks that they fit together, reads no weights, and writes
    /// nothing. The caller closes the plan.
    ///
    /// @param target a folder, or a file that ends in `.gguf`
    /// @throws dev.weightsmith.error.FileException if an input is not what it must be
    /// @throws dev.weightsmith.error.PlanException if the inputs do not fit together
    public PlannedJob to(Path target) throws IOException {
        Set<Format> chosen = forms.isEmpty() ? EnumSet.of(Format.of(target)) : forms;
        var request =
                new Request(
                        origin,
                        new Target(
                                target,
                                chosen,
                                types,
                                shardBytes,
                                OptionalInt.empty(),
                                chatTemplate,
                                name,
                                QuantizePlan.stem(target),
                                false,
                                true,
                                QuantizeRequest.plain()),
                        strict);
        return new PlannedJob(Job.plan(request, Progress.NONE));
    }
}
