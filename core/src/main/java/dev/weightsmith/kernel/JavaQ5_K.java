package dev.weightsmith.kernel;

import dev.weightsmith.kernel.AffineSearch.Schedule;
import dev.weightsmith.tensor.DType;

/// Q5_K: fifth bits and nibble planes after the pair table (docs/specs/quantization.md#q5_k).
final class JavaQ5_K extends JavaAffine256 {
    private static final int FIFTH_BITS = 16;
    private static final int CODES = 48;

    JavaQ5_K() {
        super(DType.Q5_K, 31, new Schedule(-0.5f, 0.1f, 15, false));
    }

    @Override
    int searchedCode(int code) {
        return Math.min(63, code);
    }

    @Override
    void pack(int[] codes, byte[] out, int to) {
        BitPlanes.pack(codes, 4, out, to + FIFTH_BITS);
        for (int plane = 0; plane < 4; plane++) {
            Nibbles.pack(codes, 64 * plane, 32, out, to + CODES + 32 * plane);
        }
    }

    @Override
    int code(byte[] in, int from, int index) {
        return Nibbles.code(in, from + CODES + index / 64 * 32, 32, index % 64)
                | (BitPlanes.code(in, from + FIFTH_BITS, index) << 4);
    }
}
