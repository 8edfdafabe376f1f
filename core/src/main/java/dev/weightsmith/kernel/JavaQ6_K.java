package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.Arrays;

/// Q6_K: super-blocks of 16 sub-blocks with 8-bit signed scales (docs/specs/quantization.md#q6_k).
final class JavaQ6_K extends JavaBlockCodec {
    private static final int SUPER = 256;
    private static final int SUB = 16;
    private static final int LIMIT = 32;

    // Offsets in a block.
    private static final int HIGH_BITS = 128;
    private static final int SCALES = 192;
    private static final int D = 208;

    JavaQ6_K() {
        super(DType.Q6_K);
    }

    @Override
    void encodeRow(float[] x, byte[] out) {
        encodeWeighted(x, Weights.squares(x), out);
    }

    @Override
    void encodeRow(float[] x, float[] q, byte[] out) {
        encodeWeighted(x, q, out);
    }

    private void encodeWeighted(float[] x, float[] w, byte[] out) {
        var search = new SymmetricSearch(SUB, LIMIT);
        var scales = new float[16];
        var codes = new int[SUPER];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            int to = block * dtype().blockBytes();
            for (int j = 0; j < 16; j++) {
                scales[j] = search.search(x, w, at + SUB * j);
                System.arraycopy(search.codes, 0, codes, SUB * j, SUB);
            }
            float pick = Extremes.byMagnitude(scales, 0, 16);
            if (Math.abs(pick) < Extremes.EPSILON) {
                Arrays.fill(out, to, to + dtype().blockBytes(), (byte) 0);
                continue;
            }
            float f = -128 / pick;
            float d = Half.store(1 / f, out, to + D);
            for (int j = 0; j < 16; j++) {
                int scale = (byte) Math.min(127, Rounding.nearest(f * scales[j]));
                out[to + SCALES + j] = (byte) scale;
                Requantize.symmetric(x, at + SUB * j, SUB, d * scale, LIMIT, codes, SUB * j);
            }
            Nibbles.pack(codes, 0, 64, out, to);
            Nibbles.pack(codes, 128, 64, out, to + 64);
            TwoBitPlanes.pack(codes, 4, out, to + HIGH_BITS);
        }
    }

    @Override
    void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from + D);
        for (int i = 0; i < SUPER; i++) {
            int code =
                    Nibbles.code(in, from + i / 128 * 64, 64, i % 128)
                            | (TwoBitPlanes.code(in, from + HIGH_BITS, i) << 4);
            y[at + i] = d * in[from + SCALES + i / SUB] * (code - LIMIT);
        }
    }
}
