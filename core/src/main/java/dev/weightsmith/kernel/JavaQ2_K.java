package dev.weightsmith.kernel;

import dev.weightsmith.kernel.AffineSearch.Schedule;
import dev.weightsmith.tensor.DType;

/// Q2_K: super-blocks of 16 sub-blocks with 4-bit scales and minimums
/// (docs/specs/quantization.md#q2_k).
final class JavaQ2_K extends JavaBlockCodec {
    private static final int SUPER = 256;
    private static final int SUB = 16;
    private static final int LIMIT = 3;
    private static final int SCALE_LIMIT = 15;
    private static final Schedule PLAIN = new Schedule(-0.5f, 0.1f, 15, true);

    // Offsets in a block.
    private static final int CODES = 16;
    private static final int D = 80;
    private static final int D_MIN = 82;

    JavaQ2_K() {
        super(DType.Q2_K);
    }

    @Override
    void encodeRow(float[] x, byte[] out) {
        var w = new float[x.length];
        Weights.magnitudes(x, w, 0, x.length);
        var search = new AffineSearch(SUB, LIMIT, PLAIN);
        var scales = new float[16];
        var minimums = new float[16];
        var codes = new int[SUPER];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            int to = block * dtype().blockBytes();
            searchAll(search, x, w, at, scales, minimums, codes);
            float scale = Extremes.positive(scales);
            float minimum = Extremes.positive(minimums);
            for (int j = 0; j < 16; j++) {
                int packed = 0;
                if (scale > 0) {
                    packed = Rounding.nearest(SCALE_LIMIT / scale * scales[j]) & 0xFF;
                }
                if (minimum > 0) {
                    packed |= Rounding.nearest(SCALE_LIMIT / minimum * minimums[j]) << 4;
                }
                out[to + j] = (byte) packed;
            }
            store(x, at, scale / SCALE_LIMIT, minimum / SCALE_LIMIT, codes, out, to);
        }
    }

    @Override
    void encodeRow(float[] x, float[] q, byte[] out) {
        var w = new float[x.length];
        var search = new AffineSearch(SUB, LIMIT, Schedule.IMPORTANCE);
        var scaleSearch = new PositiveSearch(16, SCALE_LIMIT);
        var minimumSearch = new PositiveSearch(16, SCALE_LIMIT);
        var scales = new float[16];
        var minimums = new float[16];
        var sums = new float[16];
        var codes = new int[SUPER];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            int to = block * dtype().blockBytes();
            Weights.important(x, q, Weights.sumOfSquares(x, at, SUPER) / SUPER, w, at, SUPER);
            searchAll(search, x, w, at, scales, minimums, codes);
            for (int j = 0; j < 16; j++) {
                sums[j] = Weights.sum(w, at + SUB * j, SUB);
            }
            float d = scaleSearch.search(scales, sums);
            float dMin = minimumSearch.search(minimums, sums);
            for (int j = 0; j < 16; j++) {
                out[to + j] = (byte) (scaleSearch.codes[j] | (minimumSearch.codes[j] << 4));
            }
            store(x, at, d, dMin, codes, out, to);
        }
    }

    private static void searchAll(
            AffineSearch search,
            float[] x,
            float[] w,
            int at,
            float[] scales,
            float[] minimums,
            int[] codes) {
        for (int j = 0; j < 16; j++) {
            scales[j] = search.search(x, w, at + SUB * j);
            minimums[j] = search.minimum();
            System.arraycopy(search.codes, 0, codes, SUB * j, SUB);
        }
    }

    /// Everything but the sub-blocks' scales, which are there already.
    private static void store(
            float[] x, int at, float d, float dMin, int[] codes, byte[] out, int to) {
        float storedD = Half.store(d, out, to + D);
        float storedDMin = Half.store(dMin, out, to + D_MIN);
        for (int j = 0; j < 16; j++) {
            float scale = storedD * (out[to + j] & 15);
            float minimum = storedDMin * ((out[to + j] >> 4) & 15);
            Requantize.affine(x, at + SUB * j, SUB, scale, minimum, LIMIT, codes, SUB * j);
        }
        TwoBitPlanes.pack(codes, 0, out, to + CODES);
    }

    @Override
    void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from + D);
        float dMin = Half.load(in, from + D_MIN);
        for (int i = 0; i < SUPER; i++) {
            int pair = in[from + i / SUB];
            int code = TwoBitPlanes.code(in, from + CODES, i);
            y[at + i] = d * (pair & 15) * code - dMin * ((pair >> 4) & 15);
        }
    }
}
