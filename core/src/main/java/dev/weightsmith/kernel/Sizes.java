package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// Stands between Java and C, which checks nothing.
final class Sizes {
    private Sizes() {}

    /// The segment, if it is off-heap and holds `rows` rows of `columns` elements.
    ///
    /// @throws IllegalArgumentException if not
    /// @throws ArithmeticException if a row is not a whole number of blocks
    static MemorySegment atLeast(MemorySegment segment, DType dtype, long rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(rows + " rows of " + columns + " columns");
        }
        long bytes = Math.multiplyExact(rows, dtype.bytes(columns));
        if (!segment.isNative() || segment.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "%d rows of %d %s need %d bytes off the heap, found %d %s"
                            .formatted(
                                    rows,
                                    columns,
                                    dtype,
                                    bytes,
                                    segment.byteSize(),
                                    segment.isNative() ? "off it" : "on it"));
        }
        return segment;
    }
}
