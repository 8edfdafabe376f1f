package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// IQ4_XS: super-blocks of 8 sub-blocks with 6-bit signed scales, codes into the codebook
/// (docs/specs/quantization.md#iq4_xs).
final class JavaIQ4_XS extends JavaBlockCodec {
    private static final int SUPER = 256;
    private static final int SUB = 32;
    private static final int SCALE_LIMIT = 32;

    // Offsets in a block.
    private static final int SCALES_HIGH = 2;
    private static final int SCALES_LOW = 4;
    private static final int CODES = 8;

    JavaIQ4_XS() {
        super(DType.IQ4_XS);
    }

    @Override
    void encodeRow(float[] x, byte[] out) {
        encodeWeighted(x, Weights.squares(x), out);
    }

    @Override
    void encodeRow(float[] x, float[] q, byte[] out) {
        encodeWeighted(x, Weights.important(x, q, SUPER), out);
    }

    private void encodeWeighted(float[] x, float[] w, byte[] out) {
        var search = new CodebookSearch();
        var scales = new float[8];
        var scaleCodes = new int[8];
        var codes = new int[SUB];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            int to = block * dtype().blockBytes();
            for (int j = 0; j < 8; j++) {
                scales[j] = search.search(x, w, at + SUB * j);
            }
            // From here on with the unrounded scale.
            float d = -Extremes.byMagnitude(scales, 0, 8) / SCALE_LIMIT;
            float inverse = d != 0 ? 1 / d : 0;
            Half.store(d, out, to);
            for (int j = 0; j < 8; j++) {
                int level = Rounding.nearest(inverse * scales[j], -SCALE_LIMIT, SCALE_LIMIT - 1);
                float scale = d * level;
                float inverseScale = scale != 0 ? 1 / scale : 0;
                for (int i = 0; i < SUB; i++) {
                    codes[i] = Codebook.nearest(inverseScale * x[at + SUB * j + i]);
                }
                Nibbles.pack(codes, 0, 16, out, to + CODES + 16 * j);
                scaleCodes[j] = level + SCALE_LIMIT;
            }
            packScales(scaleCodes, out, to);
        }
    }

    private static void packScales(int[] codes, byte[] out, int to) {
        int high = 0;
        for (int j = 0; j < 8; j++) {
            high |= (codes[j] >> 4) << (2 * j);
        }
        out[to + SCALES_HIGH] = (byte) high;
        out[to + SCALES_HIGH + 1] = (byte) (high >> 8);
        for (int j = 0; j < 4; j++) {
            out[to + SCALES_LOW + j] =
                    (byte) ((codes[2 * j] & 15) | ((codes[2 * j + 1] & 15) << 4));
        }
    }

    private static int scaleCode(byte[] in, int from, int j) {
        int low = (in[from + SCALES_LOW + j / 2] >> (j % 2 * 4)) & 15;
        int high = (in[from + SCALES_HIGH + j / 4] >> (j % 4 * 2)) & 3;
        return low | (high << 4);
    }

    @Override
    void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from);
        for (int j = 0; j < 8; j++) {
            float scale = d * (scaleCode(in, from, j) - SCALE_LIMIT);
            for (int i = 0; i < SUB; i++) {
                int code = Nibbles.code(in, from + CODES + 16 * j, 16, i);
                y[at + SUB * j + i] = scale * Codebook.level(code);
            }
        }
    }
}
