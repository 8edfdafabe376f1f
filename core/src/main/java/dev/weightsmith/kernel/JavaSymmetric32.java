package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q4_0 and Q5_0: blocks of 32 with a scale, codes around N
/// (docs/specs/quantization.md#blocks-of-32).
abstract class JavaSymmetric32 extends JavaBlockCodec {
    private static final int BLOCK = 32;

    private final int limit;

    /// @param limit N
    JavaSymmetric32(DType dtype, int limit) {
        super(dtype);
        this.limit = limit;
    }

    /// Packs the codes of the block at `out[to]`, after its scale.
    abstract void pack(int[] codes, byte[] out, int to);

    /// The code of element `index` of the block at `in[from]`.
    abstract int code(byte[] in, int from, int index);

    @Override
    final void encodeRow(float[] x, byte[] out) {
        var codes = new int[BLOCK];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * BLOCK;
            int to = block * dtype().blockBytes();
            float d = Extremes.byMagnitude(x, at, BLOCK) / -limit;
            // From the unrounded scale.
            float inverse = d != 0 ? 1 / d : 0;
            for (int i = 0; i < BLOCK; i++) {
                int code = (byte) Rounding.truncated(x[at + i] * inverse + (limit + 0.5f));
                codes[i] = Math.min(2 * limit - 1, code);
            }
            Half.store(d, out, to);
            pack(codes, out, to);
        }
    }

    @Override
    final void encodeRow(float[] x, float[] q, byte[] out) {
        var w = new float[x.length];
        Weights.important(x, q, Weights.sumOfSquares(x, 0, x.length) / x.length, w, 0, x.length);
        var search = new SymmetricSearch(BLOCK, limit);
        for (int block = 0; block < blocks(x); block++) {
            int to = block * dtype().blockBytes();
            Half.store(search.search(x, w, block * BLOCK), out, to);
            pack(search.codes, out, to);
        }
    }

    @Override
    final void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from);
        for (int i = 0; i < BLOCK; i++) {
            y[at + i] = (code(in, from, i) - limit) * d;
        }
    }
}
