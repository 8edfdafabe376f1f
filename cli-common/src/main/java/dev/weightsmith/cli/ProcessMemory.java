package dev.weightsmith.cli;

/// The memory that this process takes besides rows.
final class ProcessMemory {
    /// Java's own code and data, loaded classes, compiled methods and what compiling takes: at most
    /// 105 MB on any job of `benchmarks/memory.sh`, and a tenth more.
    private static final long NATIVE = 115_000_000;

    /// A worker's stack and its share of the C library's pools.
    private static final long THREAD = 1_000_000;

    private ProcessMemory() {}

    /// Bytes, with `threads` workers and the heap as it is now: little is allocated there once a
    /// plan is made.
    static long bytes(int threads) {
        return NATIVE + threads * THREAD + Runtime.getRuntime().totalMemory();
    }
}
