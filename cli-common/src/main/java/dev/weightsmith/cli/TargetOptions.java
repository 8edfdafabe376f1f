package dev.weightsmith.cli;

import dev.weightsmith.job.Format;
import dev.weightsmith.job.Target;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.quantize.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say what is written.
public final class TargetOptions {
    private static final ByteSize SHARD_SIZE = new ByteSize(5_000_000_000L);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "PATH",
            description =
                    "The folder (hf) or file (gguf) to write. It appears under this name only when"
                            + " complete.")
    private Path out;

    @Option(
            names = "--format",
            split = ",",
            paramLabel = "hf|hf-bin|meta|gguf",
            converter = FormatConverter.class,
            description =
                    "hf: a Hugging Face folder of safetensors; hf-bin: the same in PyTorch files;"
                            + " meta: consolidated.NN.pth and params.json; gguf: files for"
                            + " llama.cpp. hf,gguf, hf-bin,gguf and meta,gguf: both in one folder, in"
                            + " one run, hf,gguf from one reading. Follows from --out where that"
                            + " ends in .gguf; else hf.")
    private List<Format> formats = new ArrayList<>();

    @Option(
            names = "--type",
            split = ",",
            paramLabel = "TYPE",
            converter = Converters.OfFileType.class,
            description =
                    "F32, F16 or BF16 (default: as in the model; gguf made of F32 weights in another"
                            + " form: F16); gguf: also every quantized type,"
                            + " such as Q4_K_M, and several at once, which are made from one"
                            + " reading and make --out a folder. With hf,gguf and the like: of the"
                            + " GGUF files; the others are as in the model.")
    private List<FileType> types = new ArrayList<>();

    @Option(
            names = "--shard-size",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description =
                    "hf, hf-bin: start a new file before one gets larger (default: 5GB; hf-bin from"
                            + " such a model: its own files).")
    private Optional<ByteSize> shardSize = Optional.empty();

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "meta: so many files (default: as Meta published the size).")
    private Optional<Integer> shards = Optional.empty();

    @Option(
            names = "--chat-template",
            paramLabel = "none|alpaca|llama2|FILE",
            description =
                    "How a chat becomes a prompt (default: as the last adapter's files say; else"
                            + " alpaca or llama2 where a Chinese-Alpaca adapter is recognised;"
                            + " else as the model's files say). FILE holds a Jinja template.")
    private Optional<String> chatTemplate = Optional.empty();

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description = "gguf: general.name (default: from the model's own files).")
    private Optional<String> modelName = Optional.empty();

    @Option(
            names = "--no-remote-code",
            description =
                    "Leave out Python files that an adapter or model brings, and auto_map, which"
                            + " names them (default: hf and hf-bin copy them; nothing runs them"
                            + " here).")
    private boolean noRemoteCode;

    @Mixin private QuantizingOptions quantizing;
    @Mixin private SplitOptions split;

    /// @throws ParameterException if options contradict each other
    /// @throws IOException if the importance matrix cannot be read
    public Target target() throws IOException {
        if (out.toString().isBlank()) {
            throw mistake("--out is empty");
        }
        Set<Format> forms =
                formats.isEmpty() ? EnumSet.of(Format.of(out)) : EnumSet.copyOf(formats);
        boolean gguf = forms.contains(Format.GGUF);
        if (forms.size() > (gguf ? 2 : 1)) {
            throw mistake("--format takes one form, or one of hf, hf-bin and meta with gguf");
        }
        List<FileType> distinct = types.stream().distinct().toList();
        if (!(gguf && forms.size() == 1) && QuantizePlan.isGgufName(out)) {
            throw mistake(
                    "--format %s writes a folder, but --out ends in .gguf".formatted(names(forms)));
        }
        if (gguf) {
            requireRoom(distinct);
        } else if (distinct.size() > 1
                || distinct.stream().anyMatch(type -> type.mainType().isQuantized())) {
            throw mistake("--format %s takes one --type: F32, F16 or BF16".formatted(names(forms)));
        }
        only(gguf, "--model-name", modelName.isPresent(), Format.GGUF);
        only(gguf, split.given().orElse(""), split.given().isPresent(), Format.GGUF);
        only(forms.contains(Format.META), "--shards", shards.isPresent(), Format.META);
        only(
                forms.contains(Format.HF) || forms.contains(Format.HF_BIN),
                "--shard-size",
                shardSize.isPresent(),
                Format.HF);
        if (shardSize.isPresent() && shardSize.get().bytes() == 0) {
            throw mistake("--shard-size is 0");
        }
        return new Target(
                out,
                forms,
                distinct,
                shardSize.orElse(SHARD_SIZE).bytes(),
                shards.map(OptionalInt::of).orElse(OptionalInt.empty()),
                chatTemplate,
                modelName,
                QuantizePlan.stem(out),
                false,
                !noRemoteCode,
                quantizing.request(split.rule()));
    }

    private void requireRoom(List<FileType> types) {
        if (types.size() > 1 && QuantizePlan.isGgufName(out)) {
            throw mistake(
                    "several types are several files, but --out ends in .gguf: give a folder and"
                            + " --format gguf");
        }
    }

    private void only(boolean possible, String option, boolean given, Format form) {
        if (given && !possible) {
            throw mistake("%s is for --format %s".formatted(option, form));
        }
    }

    private static String names(Set<Format> forms) {
        return forms.stream().map(Format::toString).collect(Collectors.joining(","));
    }

    static final class FormatConverter implements CommandLine.ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            return Stream.of(Format.values())
                    .filter(format -> format.toString().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new CommandLine.TypeConversionException(
                                    "expected one of %s but was '%s'"
                                            .formatted(Arrays.toString(Format.values()), text)));
        }
    }

    private ParameterException mistake(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
