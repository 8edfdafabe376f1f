package dev.weightsmith.engine;

import java.nio.file.Path;
import java.util.List;

/// How a plan is carried out.
///
/// @param threads that make rows, at least 1
/// @param maxMemory bytes that the whole process may take
/// @param process bytes of them that the process takes besides rows
/// @param overwrite whether an existing output may be replaced
/// @param inputs files and folders that are read and may not give way to the output, besides the
///   files of tensors that the plan itself names
public record EngineOptions(
        int threads, long maxMemory, long process, boolean overwrite, List<Path> inputs) {
    public EngineOptions {
        inputs = List.copyOf(inputs);
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
        }
        if (process < 0) {
            throw new IllegalArgumentException("process: " + process + ", expected at least 0");
        }
    }

    /// For a process that keeps account of itself, rows may take all of `maxMemory`, and that reads
    /// nothing but what the plan names.
    public EngineOptions(int threads, long maxMemory, boolean overwrite) {
        this(threads, maxMemory, 0, overwrite, List.of());
    }

    /// The same for a job that reads `other` files, too.
    public EngineOptions reading(List<Path> other) {
        return new EngineOptions(threads, maxMemory, process, overwrite, other);
    }

    /// All processors, 2 GB of rows, nothing replaced.
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), 2_000_000_000L, false);
    }

    /// Bytes that rows may take, outside the Java heap; negative where not even the process fits.
    long rowMemory() {
        return maxMemory - process;
    }
}
