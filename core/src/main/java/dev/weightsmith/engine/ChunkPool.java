package dev.weightsmith.engine;

import dev.weightsmith.engine.rows.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// The memory of a run: buffers for finished chunks and scratch for each worker.
final class ChunkPool implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final BlockingQueue<MemorySegment> free;
    private final BlockingQueue<Scratch> scratches;
    private final int buffers;

    ChunkPool(int threads, int buffers, long chunkBytes, long scratchBytes) {
        this.buffers = buffers;
        this.free = new ArrayBlockingQueue<>(buffers);
        this.scratches = new ArrayBlockingQueue<>(threads);
        for (int i = 0; i < buffers; i++) {
            free.add(arena.allocate(Math.max(64, chunkBytes), 64));
        }
        for (int i = 0; i < threads; i++) {
            scratches.add(new Scratch(scratchBytes));
        }
    }

    /// How many chunks may exist at once.
    int buffers() {
        return buffers;
    }

    MemorySegment takeBuffer() throws InterruptedException {
        return free.take();
    }

    void giveBack(MemorySegment buffer) {
        free.add(buffer);
    }

    Scratch takeScratch() throws InterruptedException {
        return scratches.take();
    }

    void giveBack(Scratch scratch) {
        scratches.add(scratch);
    }

    @Override
    public void close() {
        scratches.forEach(Scratch::close);
        arena.close();
    }
}
