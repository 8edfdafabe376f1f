package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q4_1 and Q5_1: blocks of 32 with a scale and an offset
/// (docs/specs/quantization.md#blocks-of-32).
abstract class JavaAffine32 extends JavaBlockCodec {
    private static final int BLOCK = 32;

    private final int limit;

    /// @param limit N
    JavaAffine32(DType dtype, int limit) {
        super(dtype);
        this.limit = limit;
    }

    /// Packs the codes of the block at `out[to]`, after its scale and offset.
    abstract void pack(int[] codes, byte[] out, int to);

    /// The code of element `index` of the block at `in[from]`.
    abstract int code(byte[] in, int from, int index);

    @Override
    final void encodeRow(float[] x, byte[] out) {
        var codes = new int[BLOCK];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * BLOCK;
            int to = block * dtype().blockBytes();
            float low = Float.MAX_VALUE;
            float high = -Float.MAX_VALUE;
            for (int i = at; i < at + BLOCK; i++) {
                if (x[i] < low) {
                    low = x[i];
                }
                if (x[i] > high) {
                    high = x[i];
                }
            }
            float d = (high - low) / limit;
            // From the unrounded scale.
            float inverse = d != 0 ? 1 / d : 0;
            for (int i = 0; i < BLOCK; i++) {
                // Finite elements never pass the limit of 31, so that one rule serves both types.
                int code = (byte) Rounding.truncated((x[at + i] - low) * inverse + 0.5f);
                codes[i] = Math.min(limit, code);
            }
            store(d, low, codes, out, to);
        }
    }

    @Override
    final void encodeRow(float[] x, float[] q, byte[] out) {
        var w = new float[x.length];
        Weights.important(x, q, Weights.sumOfSquares(x, 0, x.length) / x.length, w, 0, x.length);
        var search = new AffineSearch(BLOCK, limit, AffineSearch.Schedule.IMPORTANCE);
        for (int block = 0; block < blocks(x); block++) {
            float d = search.search(x, w, block * BLOCK);
            store(d, -search.minimum(), search.codes, out, block * dtype().blockBytes());
        }
    }

    private void store(float d, float offset, int[] codes, byte[] out, int to) {
        Half.store(d, out, to);
        Half.store(offset, out, to + 2);
        pack(codes, out, to);
    }

    @Override
    final void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from);
        float offset = Half.load(in, from + 2);
        for (int i = 0; i < BLOCK; i++) {
            y[at + i] = code(in, from, i) * d + offset;
        }
    }
}
