package dev.weightsmith.kernel;

import dev.weightsmith.kernel.AffineSearch.Schedule;
import dev.weightsmith.tensor.DType;

/// Q4_K: nibble planes after the pair table (docs/specs/quantization.md#q4_k).
final class JavaQ4_K extends JavaAffine256 {
    private static final int CODES = 16;

    JavaQ4_K() {
        super(DType.Q4_K, 15, new Schedule(-1f, 0.1f, 20, false));
    }

    @Override
    int searchedCode(int code) {
        return code;
    }

    @Override
    void pack(int[] codes, byte[] out, int to) {
        for (int plane = 0; plane < 4; plane++) {
            Nibbles.pack(codes, 64 * plane, 32, out, to + CODES + 32 * plane);
        }
    }

    @Override
    int code(byte[] in, int from, int index) {
        return Nibbles.code(in, from + CODES + index / 64 * 32, 32, index % 64);
    }
}
