package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q5_0: scale, fifth bits, nibbles.
final class JavaQ5_0 extends JavaSymmetric32 {
    JavaQ5_0() {
        super(DType.Q5_0, 16);
    }

    @Override
    void pack(int[] codes, byte[] out, int to) {
        FifthBits.pack(codes, out, to + 2);
        Nibbles.pack(codes, 0, 16, out, to + 6);
    }

    @Override
    int code(byte[] in, int from, int index) {
        return FifthBits.code(in, from + 2, index) | Nibbles.code(in, from + 6, 16, index);
    }
}
