package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// F16: binary16 (docs/specs/quantization.md#plain-types).
final class JavaF16 extends PlainCodec {
    @Override
    public DType dtype() {
        return DType.F16;
    }

    @Override
    void encode(MemorySegment values, MemorySegment encoded, long elements) {
        var floats = new float[CHUNK];
        var bits = new short[CHUNK];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(values, Layouts.FLOAT, at * Float.BYTES, floats, 0, count);
            Half.toF16(floats, bits, count);
            MemorySegment.copy(bits, 0, encoded, Layouts.SHORT, at * Short.BYTES, count);
        }
    }

    @Override
    void decode(MemorySegment encoded, MemorySegment values, long elements) {
        var floats = new float[CHUNK];
        var bits = new short[CHUNK];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(encoded, Layouts.SHORT, at * Short.BYTES, bits, 0, count);
            Half.ofF16(bits, floats, count);
            MemorySegment.copy(floats, 0, values, Layouts.FLOAT, at * Float.BYTES, count);
        }
    }
}
