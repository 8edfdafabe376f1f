package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;

/// Q4_0: scale, nibbles.
final class JavaQ4_0 extends JavaSymmetric32 {
    JavaQ4_0() {
        super(DType.Q4_0, 8);
    }

    @Override
    void pack(int[] codes, byte[] out, int to) {
        Nibbles.pack(codes, 0, 16, out, to + 2);
    }

    @Override
    int code(byte[] in, int from, int index) {
        return Nibbles.code(in, from + 2, 16, index);
    }
}
