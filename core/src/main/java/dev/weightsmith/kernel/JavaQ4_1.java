package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q4_1: scale, offset, nibbles.
final class JavaQ4_1 extends JavaAffine32 {
    JavaQ4_1() {
        super(DType.Q4_1, 15);
    }

    @Override
    void pack(int[] codes, byte[] out, int to) {
        Nibbles.pack(codes, 0, 16, out, to + 4);
    }

    @Override
    int code(byte[] in, int from, int index) {
        return Nibbles.code(in, from + 4, 16, index);
    }
}
