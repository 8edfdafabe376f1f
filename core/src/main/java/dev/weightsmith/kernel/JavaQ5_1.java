package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q5_1: scale, offset, fifth bits, nibbles.
final class JavaQ5_1 extends JavaAffine32 {
    JavaQ5_1() {
        super(DType.Q5_1, 31);
    }

    @Override
    void pack(int[] codes, byte[] out, int to) {
        FifthBits.pack(codes, out, to + 4);
        Nibbles.pack(codes, 0, 16, out, to + 8);
    }

    @Override
    int code(byte[] in, int from, int index) {
        return FifthBits.code(in, from + 4, index) | Nibbles.code(in, from + 8, 16, index);
    }
}
