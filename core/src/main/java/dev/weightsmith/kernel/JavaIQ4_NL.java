package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// IQ4_NL: blocks of 32 with a scale, codes into the codebook (docs/specs/quantization.md#iq4_nl).
final class JavaIQ4_NL extends JavaBlockCodec {
    private static final int BLOCK = 32;
    private static final int CODES = 2;

    JavaIQ4_NL() {
        super(DType.IQ4_NL);
    }

    @Override
    void encodeRow(float[] x, byte[] out) {
        encodeWeighted(x, Weights.squares(x), out);
    }

    @Override
    void encodeRow(float[] x, float[] q, byte[] out) {
        encodeWeighted(x, Weights.important(x, q, BLOCK), out);
    }

    private void encodeWeighted(float[] x, float[] w, byte[] out) {
        var search = new CodebookSearch();
        var codes = new int[BLOCK];
        for (int block = 0; block < blocks(x); block++) {
            int at = block * BLOCK;
            int to = block * dtype().blockBytes();
            float d = search.search(x, w, at);
            // From the unrounded scale.
            float inverse = d != 0 ? 1 / d : 0;
            for (int i = 0; i < BLOCK; i++) {
                codes[i] = Codebook.nearest(inverse * x[at + i]);
            }
            Half.store(d, out, to);
            Nibbles.pack(codes, 0, 16, out, to + CODES);
        }
    }

    @Override
    void decodeBlock(byte[] in, int from, float[] y, int at) {
        float d = Half.load(in, from);
        for (int i = 0; i < BLOCK; i++) {
            y[at + i] = d * Codebook.level(Nibbles.code(in, from + CODES, 16, i));
        }
    }
}
