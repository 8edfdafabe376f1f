package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// F64: widened exactly, narrowed to the nearest binary32, ties to even.
final class JavaF64 extends PlainCodec {
    @Override
    public DType dtype() {
        return DType.F64;
    }

    @Override
    void encode(MemorySegment values, MemorySegment encoded, long elements) {
        var narrow = new float[CHUNK];
        var wide = new double[CHUNK];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(values, Layouts.FLOAT, at * Float.BYTES, narrow, 0, count);
            for (int i = 0; i < count; i++) {
                wide[i] = narrow[i];
            }
            MemorySegment.copy(wide, 0, encoded, Layouts.DOUBLE, at * Double.BYTES, count);
        }
    }

    @Override
    void decode(MemorySegment encoded, MemorySegment values, long elements) {
        var wide = new double[CHUNK];
        var narrow = new float[CHUNK];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(encoded, Layouts.DOUBLE, at * Double.BYTES, wide, 0, count);
            for (int i = 0; i < count; i++) {
                narrow[i] = (float) wide[i];
            }
            MemorySegment.copy(narrow, 0, values, Layouts.FLOAT, at * Float.BYTES, count);
        }
    }
}
