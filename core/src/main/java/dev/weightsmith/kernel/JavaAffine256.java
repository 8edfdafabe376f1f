package dev.weightsmith.kernel;

import dev.weightsmith.kernel.AffineSearch.Schedule;
import dev.weightsmith.tensor.DType;

/// Q4_K and Q5_K: super-blocks of 8 sub-blocks with 6-bit scales and minimums
/// (docs/specs/quantization.md#q4_k).
abstract class JavaAffine256 extends JavaBlockCodec {
    private static final int SUPER = 256;
    private static final int SUB = 32;
    private static final int SCALE_LIMIT = 63;

    // Offsets in a block.
    private static final int D_MIN = 2;
    private static final int PAIRS = 4;

    private final int limit;
    private final Schedule plain;

    /// @param limit N
    /// @param plain how the search goes without importance
    JavaAffine256(DType dtype, int limit, Schedule plain) {
        super(dtype);
        this.limit = limit;
        this.plain = plain;
    }

    /// A scale or minimum code as the importance search found it, made fit for the pair table.
    abstract int searchedCode(int code);

    /// Packs the codes of the block at `out[to]`.
    abstract void pack(int[] codes, byte[] out, int to);

    /// The code of element `index` of the block at `in[from]`.
    abstract int code(byte[] in, int from, int index);

    @Override
    final void encodeRow(float[] x, byte[] out) {
        var w = new float[x.length];
        for (int at = 0; at < x.length; at += SUB) {
            Weights.raisedMagnitudes(x, w, at, SUB);
        }
        var search = new AffineSearch(SUB, limit, plain);
        var found = new Found();
        var scaleCodes = new int[8];
        var minimumCodes = new int[8];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            found.searchAll(search, x, w, at);
            float scale = Extremes.positive(found.scales);
            float minimum = Extremes.positive(found.minimums);
            float scaleFactor = scale > 0 ? SCALE_LIMIT / scale : 0;
            float minimumFactor = minimum > 0 ? SCALE_LIMIT / minimum : 0;
            for (int j = 0; j < 8; j++) {
                scaleCodes[j] = byteCode(scaleFactor * found.scales[j]);
                minimumCodes[j] = byteCode(minimumFactor * found.minimums[j]);
            }
            int to = block * dtype().blockBytes();
            SixBitPairs.pack(scaleCodes, minimumCodes, out, to + PAIRS);
            store(x, at, scale / SCALE_LIMIT, minimum / SCALE_LIMIT, found.codes, out, to);
        }
    }

    @Override
    final void encodeRow(float[] x, float[] q, byte[] out) {
        var w = new float[x.length];
        var search = new AffineSearch(SUB, limit, Schedule.IMPORTANCE);
        var scaleSearch = new PositiveSearch(8, SCALE_LIMIT);
        var minimumSearch = new PositiveSearch(8, SCALE_LIMIT);
        var found = new Found();
        var sums = new float[8];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * SUPER;
            float spread = 2 * Weights.sumOfSquares(x, at, SUPER) / SUPER;
            Weights.important(x, q, spread, w, at, SUPER);
            found.searchAll(search, x, w, at);
            for (int j = 0; j < 8; j++) {
                sums[j] = Weights.sum(w, at + SUB * j, SUB);
            }
            float d = scaleSearch.search(found.scales, sums);
            float dMin = minimumSearch.search(found.minimums, sums);
            for (int j = 0; j < 8; j++) {
                scaleSearch.codes[j] = searchedCode(scaleSearch.codes[j]);
                minimumSearch.codes[j] = searchedCode(minimumSearch.codes[j]);
            }
            int to = block * dtype().blockBytes();
            SixBitPairs.pack(scaleSearch.codes, minimumSearch.codes, out, to + PAIRS);
            store(x, at, d, dMin, found.codes, out, to);
        }
    }

    /// The reduction to a byte comes before the limit.
    private static int byteCode(float scaled) {
        return Math.min(SCALE_LIMIT, Rounding.nearest(scaled) & 0xFF);
    }

    /// Everything but the pair table, which is there already.
    private void store(float[] x, int at, float d, float dMin, int[] codes, byte[] out, int to) {
        float storedD = Half.store(d, out, to);
        float storedDMin = Half.store(dMin, out, to + D_MIN);
        for (int j = 0; j < 8; j++) {
            float scale = storedD * SixBitPairs.scale(out, to + PAIRS, j);
            float minimum = storedDMin * SixBitPairs.minimum(out, to + PAIRS, j);
            Requantize.affine(x, at + SUB * j, SUB, scale, minimum, limit, codes, SUB * j);
        }
        pack(codes, out, to);
    }

    @Override
    final void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from);
        float dMin = Half.load(in, from + D_MIN);
        for (int j = 0; j < 8; j++) {
            float scale = d * SixBitPairs.scale(in, from + PAIRS, j);
            float minimum = dMin * SixBitPairs.minimum(in, from + PAIRS, j);
            for (int i = SUB * j; i < SUB * j + SUB; i++) {
                y[at + i] = scale * code(in, from, i) - minimum;
            }
        }
    }

    /// What the searches of one super-block found.
    private static final class Found {
        final float[] scales = new float[8];
        final float[] minimums = new float[8];
        final int[] codes = new int[SUPER];

        void searchAll(AffineSearch search, float[] x, float[] w, int at) {
            for (int j = 0; j < 8; j++) {
                scales[j] = search.search(x, w, at + SUB * j);
                minimums[j] = search.minimum();
                System.arraycopy(search.codes, 0, codes, SUB * j, SUB);
            }
        }
    }
}
