package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q8_0: scale, 32 signed bytes (docs/specs/quantization.md#blocks-of-32).
final class JavaQ8_0 extends JavaBlockCodec {
    private static final int BLOCK = 32;

    JavaQ8_0() {
        super(DType.Q8_0);
    }

    @Override
    void encodeRow(float[] x, byte[] out) {
        for (int block = 0; block < blocks(x); block++) {
            int at = block * BLOCK;
            int to = block * dtype().blockBytes();
            float d = Math.abs(Extremes.byMagnitude(x, at, BLOCK)) / 127;
            float inverse = d != 0 ? 1 / d : 0;
            Half.store(d, out, to);
            for (int i = 0; i < BLOCK; i++) {
                float rounded = Rounding.halfAway(x[at + i] * inverse);
                out[to + 2 + i] = (byte) Rounding.truncated(rounded);
            }
        }
    }

    @Override
    void encodeRow(float[] x, float[] q, byte[] out) {
        encodeRow(x, out);
    }

    @Override
    void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from);
        for (int i = 0; i < BLOCK; i++) {
            y[at + i] = in[from + 2 + i] * d;
        }
    }
}
