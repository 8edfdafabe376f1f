package dev.weightsmith.engine.rows;

import dev.weightsmith.checkpoint.Sources;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/// What one output tensor needs whole, held while it is made: low-rank matrices, and rows that come
/// again and again.
public final class Held implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Map<Rows, MemorySegment> kept = new HashMap<>();
    private final Sources sources;

    Held(Sources sources) {
        this.sources = sources;
    }

    /// What keeping the first `count` rows takes, in bytes, while they are made.
    static long bytes(Rows rows, long count) {
        return rows.bytes(count) + rows.scratchBytes(count);
    }

    /// Makes the first `count` rows, unless they are there.
    void keep(Rows rows, long count) throws IOException {
        if (kept.containsKey(rows)) {
            return;
        }
        MemorySegment made = arena.allocate(Math.max(1, rows.bytes(count)), 64);
        try (var scratch = new Scratch(rows.scratchBytes(count))) {
            rows.make(
                    0,
                    count,
                    made.asSlice(0, rows.bytes(count)),
                    new Making(sources, scratch, this));
        }
        kept.put(rows, made);
    }

    /// Rows that were kept.
    MemorySegment of(Rows rows) {
        MemorySegment made = kept.get(rows);
        if (made == null) {
            throw new IllegalStateException("rows that were not kept: " + rows.shape());
        }
        return made;
    }

    @Override
    public void close() {
        arena.close();
    }
}
