package dev.weightsmith.cli;

import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How a job that writes models may go about it.
public final class JobOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            defaultValue = "2GB",
            converter = ByteSize.Converter.class,
            description =
                    "Never take more memory than this, e.g. 800MB or 2GiB (default:"
                            + " ${DEFAULT-VALUE}). Less is slower, and gives the same files.")
    private ByteSize maxMemory;

    @Option(
            names = "--overwrite",
            description =
                    "Replace an existing output, which stays as it is until the new one is complete."
                            + " In a folder only files give way that its SHA256SUMS names and that"
                            + " were not changed since; --dry-run shows which.")
    private boolean overwrite;

    @Option(
            names = "--dry-run",
            description =
                    "Check everything and print the plan: every output file and tensor, the disk"
                            + " space and the memory. Writes nothing.")
    private boolean dryRun;

    @Option(
            names = "--plan-out",
            paramLabel = "FILE.json",
            description =
                    "Write the plan, too: every file, tensor and step of arithmetic as JSON, with an"
                            + " id that is the same wherever the plan is. With --dry-run the only"
                            + " file that is written.")
    private Optional<Path> planOut = Optional.empty();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Work with N threads (default: one per processor). The number never changes a"
                            + " byte of the result.")
    void setThreads(int count) {
        if (count < 1 || count > 1024) {
            throw new ParameterException(
                    command.commandLine(), "--threads is %d, expected 1 to 1024".formatted(count));
        }
        threads = count;
    }

    public int threads() {
        return threads;
    }

    /// How the engine is to go about the job; asked for when all else is in memory.
    public EngineOptions engine() {
        return new EngineOptions(
                threads, maxMemory.bytes(), ProcessMemory.bytes(threads), overwrite, List.of());
    }

    /// Bytes.
    public long maxMemory() {
        return maxMemory.bytes();
    }

    public boolean overwrite() {
        return overwrite;
    }

    public Optional<Path> planOut() {
        return planOut;
    }

    public boolean dryRun() {
        return dryRun;
    }

    /// Makes sure that a small file may be written, and says what will have become of it.
    ///
    /// @return `wrote`; in a dry run `would write` or `would replace`
    /// @throws dev.weightsmith.error.FileException if it may not
    public String prepare(Destination file) throws IOException {
        if (!dryRun) {
            Staging.prepare(file, overwrite);
            return "wrote";
        }
        return file.displaced(overwrite).replaced().isEmpty() ? "would write" : "would replace";
    }
}
