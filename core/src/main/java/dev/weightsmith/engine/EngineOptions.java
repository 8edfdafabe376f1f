package dev.weightsmith.engine;

/// @param threads that make rows, at least 1
/// @param maxMemory bytes that the whole process may take
/// @param overwrite whether an existing output may be replaced
public record EngineOptions(int threads, long maxMemory, boolean overwrite) {
    /// What the Java heap, code and stacks take of the promise, at most.
    private static final long PROCESS = 640L << 20;

    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
        }
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
