package dev.weightsmith.engine.rows;

import dev.weightsmith.checkpoint.Sources;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What making a range of rows goes by, in one thread: where to read, memory to work in, and rows
/// of that range that were made before.
final class Making {
    private final Sources sources;
    private final Scratch scratch;
    private final Held held;
    private final Map<Rows, MemorySegment> kept = new HashMap<>();

    Making(Sources sources, Scratch scratch, Held held) {
        this.sources = sources;
        this.scratch = scratch;
        this.held = held;
    }

    Sources sources() {
        return sources;
    }

    Scratch scratch() {
        return scratch;
    }

    Held held() {
        return held;
    }

    /// Makes rows that several others of the same range go on from, as float32, and keeps them.
    void share(Rows rows, long first, long count) throws IOException {
        MemorySegment floats = scratch.take(rows.floatBytes(count));
        rows.floats(first, count, floats, this);
        kept.put(rows, floats);
    }

    /// The rows of this range as float32, if they were shared.
    Optional<MemorySegment> kept(Rows rows) {
        return Optional.ofNullable(kept.get(rows));
    }
}
