package dev.weightsmith.cli;

import dev.weightsmith.output.SplitRule;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Into how many files GGUF outputs are divided.
public final class SplitOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private Optional<ByteSize> size = Optional.empty();
    private OptionalInt tensors = OptionalInt.empty();

    /// Called by picocli.
    public SplitOptions() {}

    @Option(
            names = "--split-max-size",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description =
                    "gguf: start a new file before one holds more tensor bytes than this, for example 4GB;"
                            + " --out is then a folder.")
    void setSize(ByteSize given) {
        if (given.bytes() < 1) {
            throw new ParameterException(command.commandLine(), "--split-max-size is 0");
        }
        size = Optional.of(given);
    }

    @Option(
            names = "--split-max-tensors",
            paramLabel = "N",
            description = "gguf: start a new file after N tensors.")
    void setTensors(int given) {
        if (given < 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "--split-max-tensors is %d, expected at least 1".formatted(given));
        }
        tensors = OptionalInt.of(given);
    }

    /// The option that was given, if any: `--split-max-size` or `--split-max-tensors`.
    public Optional<String> given() {
        return size.isPresent()
                ? Optional.of("--split-max-size")
                : tensors.isPresent() ? Optional.of("--split-max-tensors") : Optional.empty();
    }

    /// Whether one of these options was given.
    public boolean isGiven() {
        return given().isPresent();
    }

    public SplitRule rule() {
        return new SplitRule.Limits(
                size.map(ByteSize::bytes).orElse(Long.MAX_VALUE),
                tensors.orElse(Integer.MAX_VALUE));
    }
}
