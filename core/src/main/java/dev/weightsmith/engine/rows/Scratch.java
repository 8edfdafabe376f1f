package dev.weightsmith.engine.rows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One worker's memory for intermediate rows: taken in order, given back all at once.
///
/// It exists because fresh native memory costs a page fault per 4 KiB, which is more than most
/// kernels cost.
public final class Scratch implements AutoCloseable {
    private static final long ALIGNMENT = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private long used;

    public Scratch(long bytes) {
        memory = arena.allocate(Math.max(ALIGNMENT, bytes), ALIGNMENT);
    }

    /// What an allocation of `bytes` really takes.
    public static long rounded(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /// Uninitialised memory that stays the caller's until [#release].
    MemorySegment take(long bytes) {
        MemorySegment taken = memory.asSlice(used, bytes);
        used += rounded(bytes);
        return taken;
    }

    /// To be handed to [#release].
    long mark() {
        return used;
    }

    /// Gives back everything taken since `mark`.
    void release(long mark) {
        used = mark;
    }

    @Override
    public void close() {
        arena.close();
    }
}
