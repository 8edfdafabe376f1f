package dev.weightsmith.evaluate;

import dev.weightsmith.cli.ByteSize;
import dev.weightsmith.inference.MemoryNeed;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What every way of running a model may use of the machine.
final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            converter = ByteSize.Converter.class,
            description =
                    "Never take more memory than this, e.g. 3GB (default: three quarters of what is"
                            + " free). Less is slower.")
    private Optional<ByteSize> maxMemory = Optional.empty();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Work with N threads (default: one per processor).")
    void setThreads(int count) {
        if (count < 1 || count > 1024) {
            throw new ParameterException(
                    command.commandLine(), "--threads is %d, expected 1 to 1024".formatted(count));
        }
        threads = count;
    }

    int threads() {
        return threads;
    }

    MemoryNeed memory() {
        return maxMemory.map(size -> new MemoryNeed(size.bytes())).orElseGet(MemoryNeed::ofMachine);
    }
}
