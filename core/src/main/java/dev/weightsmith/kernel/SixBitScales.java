package dev.weightsmith.kernel;

/// The sixteen scale codes 0 … 63 of Q3_K in twelve bytes
/// (docs/specs/quantization.md#planes-and-scales).
final class SixBitScales {
    private SixBitScales() {}

    static void pack(int[] codes, byte[] out, int at) {
        for (int j = 0; j < 8; j++) {
            out[at + j] = (byte) ((codes[j] & 15) | ((codes[j + 8] & 15) << 4));
        }
        for (int j = 0; j < 4; j++) {
            int bits = 0;
            for (int quarter = 0; quarter < 4; quarter++) {
                bits |= ((codes[4 * quarter + j] >> 4) & 3) << (2 * quarter);
            }
            out[at + 8 + j] = (byte) bits;
        }
    }

    static int code(byte[] in, int at, int j) {
        int low = (in[at + j % 8] >> (j / 8 * 4)) & 15;
        int high = (in[at + 8 + j % 4] >> (j / 4 * 2)) & 3;
        return low | (high << 4);
    }
}
