package dev.weightsmith.engine;

import java.nio.file.Path;
import java.util.List;

/// @param threads that make rows, at least 1
/// @param maxMemory bytes that the whole process may take
/// @param overwrite whether an existing output may be replaced
/// @param inputs files and folders that are read and may not give way to the output, besides the
///   files of tensors that the plan itself names
public record EngineOptions(int threads, long maxMemory, boolean overwrite, List<Path> inputs) {
    /// What the Java heap, code and stacks take of the promise, at most.
    private static final long PROCESS = 640L << 20;

    public EngineOptions {
        inputs = List.copyOf(inputs);
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
        }
    }

    /// Without other inputs than those of the plan.
    public EngineOptions(int threads, long maxMemory, boolean overwrite) {
        this(threads, maxMemory, overwrite, List.of());
    }

    /// All processors, 2 GB, nothing replaced.
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), 2_000_000_000L, false);
    }

    /// Bytes that rows may take outside the Java heap.
    long rowMemory() {
        return Math.max(maxMemory / 4, maxMemory - PROCESS);
    }
}
