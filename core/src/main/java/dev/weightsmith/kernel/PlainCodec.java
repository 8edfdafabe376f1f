package dev.weightsmith.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A codec whose elements are converted one by one, so that rows do not matter.
abstract class PlainCodec implements Codec {
    /// Elements converted at a time, through small arrays that stay in the first-level cache.
    static final int CHUNK = 2048;

    @Override
    public final void encode(
            MemorySegment values,
            MemorySegment encoded,
            long rows,
            int columns,
            Optional<MemorySegment> importance) {
        encode(values, encoded, Math.multiplyExact(rows, (long) columns));
    }

    @Override
    public final void decode(MemorySegment encoded, MemorySegment values, long rows, int columns) {
        decode(encoded, values, Math.multiplyExact(rows, (long) columns));
    }

    abstract void encode(MemorySegment values, MemorySegment encoded, long elements);

    abstract void decode(MemorySegment encoded, MemorySegment values, long elements);
}
