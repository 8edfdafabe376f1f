package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// F32: the values themselves.
final class JavaF32 extends PlainCodec {
    @Override
    public DType dtype() {
        return DType.F32;
    }

    @Override
    void encode(MemorySegment values, MemorySegment encoded, long elements) {
        MemorySegment.copy(values, 0, encoded, 0, elements * Float.BYTES);
    }

    @Override
    void decode(MemorySegment encoded, MemorySegment values, long elements) {
        MemorySegment.copy(encoded, 0, values, 0, elements * Float.BYTES);
    }
}
