package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// BF16: the upper half of binary32, rounded (docs/specs/quantization.md#plain-types).
final class JavaBF16 extends PlainCodec {
    @Override
    public DType dtype() {
        return DType.BF16;
    }

    @Override
    void encode(MemorySegment values, MemorySegment encoded, long elements) {
        var floats = new int[CHUNK];
        var bits = new short[CHUNK];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(values, Layouts.INT, at * Float.BYTES, floats, 0, count);
            Half.toBf16(floats, bits, count);
            MemorySegment.copy(bits, 0, encoded, Layouts.SHORT, at * Short.BYTES, count);
        }
    }

    @Override
    void decode(MemorySegment encoded, MemorySegment values, long elements) {
        var floats = new int[CHUNK];
        var bits = new short[CHUNK];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(encoded, Layouts.SHORT, at * Short.BYTES, bits, 0, count);
            Half.ofBf16(bits, floats, count);
            MemorySegment.copy(floats, 0, values, Layouts.INT, at * Float.BYTES, count);
        }
    }
}
