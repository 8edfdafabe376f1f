package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Turns rows of float32 into rows of one type and back.
///
/// All implementations of one type give the same bytes. Segments are off-heap and little-endian,
/// hold exactly what is announced, and never overlap.
public interface Codec {
    DType dtype();

    /// Encodes `rows * columns` float32 values.
    ///
    /// @param columns a multiple of the type's block
    /// @param importance `columns` float32 weights, the same for every row; ignored by types that
    ///   have no use for them
    void encode(
            MemorySegment values,
            MemorySegment encoded,
            long rows,
            int columns,
            Optional<MemorySegment> importance);

    /// Decodes into `rows * columns` float32 values.
    void decode(MemorySegment encoded, MemorySegment values, long rows, int columns);
}
