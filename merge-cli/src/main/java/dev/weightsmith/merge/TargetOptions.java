package dev.weightsmith.merge;

import dev.weightsmith.cli.ByteSize;
import java.nio.file.Path;
import java.util.Optional;
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
            paramLabel = "hf|gguf",
            description =
                    "hf: a Hugging Face folder of safetensors; gguf: one file for llama.cpp."
                            + " Follows from --out where that ends in .gguf; else hf.")
    private Optional<Format> format = Optional.empty();

    @Option(
            names = "--type",
            paramLabel = "F32|F16|BF16",
            description = "The type of the weights (default: as in the model).")
    private Optional<FloatType> type = Optional.empty();

    @Option(
            names = "--shard-size",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description = "hf: start a new file before one gets larger (default: 5GB).")
    private Optional<ByteSize> shardSize = Optional.empty();

    @Option(
            names = "--chat-template",
            paramLabel = "alpaca|llama2|FILE",
            description =
                    "gguf: how a chat becomes a prompt (default: the template in"
                            + " tokenizer_config.json, if any). alpaca suits Chinese-Alpaca,"
                            + " llama2 Chinese-Alpaca-2; FILE holds a Jinja template.")
    private Optional<String> chatTemplate = Optional.empty();

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description = "gguf: general.name (default: from the model's own files).")
    private Optional<String> modelName = Optional.empty();

    /// @throws ParameterException if options contradict each other
    public Target target() {
        if (out.toString().isBlank()) {
            throw mistake("--out is empty");
        }
        Format form = format.orElseGet(() -> Format.of(out));
        switch (form) {
            case HF -> {
                if (Format.isGgufName(out)) {
                    throw mistake("--format hf writes a folder, but --out ends in .gguf");
                }
                refuse("--chat-template", chatTemplate, Format.GGUF);
                refuse("--model-name", modelName, Format.GGUF);
            }
            case GGUF -> refuse("--shard-size", shardSize, Format.HF);
        }
        if (shardSize.isPresent() && shardSize.get().bytes() == 0) {
            throw mistake("--shard-size is 0");
        }
        return new Target(
                out,
                form,
                type.map(FloatType::dtype),
                shardSize.orElse(SHARD_SIZE).bytes(),
                chatTemplate,
                modelName);
    }

    private void refuse(String option, Optional<?> value, Format only) {
        if (value.isPresent()) {
            throw mistake(option + " is for --format " + only);
        }
    }

    private ParameterException mistake(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
