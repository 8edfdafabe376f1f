package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q3_K: super-blocks of 16 sub-blocks with 6-bit signed scales (docs/specs/quantization.md#q3_k).
final class JavaQ3_K extends JavaBlockCodec {
    private static final int SUPER = 256;
    private static final int SUB = 16;
    private static final int LIMIT = 4;
    private static final int SCALE_LIMIT = 32;

    // Offsets in a block.
    private static final int CODES = 32;
    private static final int SCALES = 96;
    private static final int D = 108;

    JavaQ3_K() {
        super(DType.Q3_K);
    }

    @Override
    void encodeRow(float[] x, byte[] out) {
        var search = new SymmetricDescent(SUB, LIMIT);
        var scales = new float[16];
        var scaleCodes = new int[16];
        var codes = new int[SUPER];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            for (int j = 0; j < 16; j++) {
                scales[j] = search.search(x, at + SUB * j);
                System.arraycopy(search.codes, 0, codes, SUB * j, SUB);
            }
            float pick = Extremes.byMagnitude(scales, 0, 16);
            float f = pick != 0 ? -SCALE_LIMIT / pick : 0;
            for (int j = 0; j < 16; j++) {
                int code = (byte) Rounding.nearest(f * scales[j]);
                scaleCodes[j] =
                        pick != 0
                                ? Math.clamp(code, -SCALE_LIMIT, SCALE_LIMIT - 1) + SCALE_LIMIT
                                : 0;
            }
            float d = pick != 0 ? 1 / f : 0;
            store(x, at, d, scaleCodes, codes, out, block * dtype().blockBytes());
        }
    }

    @Override
    void encodeRow(float[] x, float[] q, byte[] out) {
        var w = new float[x.length];
        var search = new SymmetricSearch(SUB, LIMIT);
        var scaleSearch = new SymmetricSearch(16, SCALE_LIMIT);
        var scales = new float[16];
        var sums = new float[16];
        var codes = new int[SUPER];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            float spread = 2 * Weights.sumOfSquares(x, at, SUPER) / SUPER;
            Weights.important(x, q, spread, w, at, SUPER);
            for (int j = 0; j < 16; j++) {
                sums[j] = Weights.sum(w, at + SUB * j, SUB);
                scales[j] = search.search(x, w, at + SUB * j);
                System.arraycopy(search.codes, 0, codes, SUB * j, SUB);
            }
            float d = scaleSearch.search(scales, sums, 0);
            store(x, at, d, scaleSearch.codes, codes, out, block * dtype().blockBytes());
        }
    }

    private static void store(
            float[] x, int at, float d, int[] scaleCodes, int[] codes, byte[] out, int to) {
        float storedD = Half.store(d, out, to + D);
        SixBitScales.pack(scaleCodes, out, to + SCALES);
        for (int j = 0; j < 16; j++) {
            float scale = storedD * (scaleCodes[j] - SCALE_LIMIT);
            Requantize.symmetric(x, at + SUB * j, SUB, scale, LIMIT, codes, SUB * j);
        }
        BitPlanes.pack(codes, 2, out, to);
        TwoBitPlanes.pack(codes, 0, out, to + CODES);
    }

    @Override
    void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from + D);
        for (int i = 0; i < SUPER; i++) {
            int scale = SixBitScales.code(in, from + SCALES, i / SUB) - SCALE_LIMIT;
            int code = TwoBitPlanes.code(in, from + CODES, i) | (BitPlanes.code(in, from, i) << 2);
            y[at + i] = d * scale * (code - LIMIT);
        }
    }
}
