package dev.weightsmith.engine;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Finished rows, one piece for each file that is written side by side.
final class Chunk implements AutoCloseable {
    private final ChunkPool pool;
    private final MemorySegment buffer;
    private final List<MemorySegment> rows;

    Chunk(ChunkPool pool, MemorySegment buffer, List<MemorySegment> rows) {
        this.pool = pool;
        this.buffer = buffer;
        this.rows = rows;
    }

    MemorySegment rows(int file) {
        return rows.get(file);
    }

    /// Gives the buffer back; the rows are no longer there.
    @Override
    public void close() {
        pool.giveBack(buffer);
    }
}
