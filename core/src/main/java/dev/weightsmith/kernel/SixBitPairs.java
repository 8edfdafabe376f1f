package dev.weightsmith.kernel;

/// The six-bit pair table of Q4_K and Q5_K: eight scale codes and eight minimum codes in twelve
/// bytes (docs/specs/quantization.md#planes-and-scales).
final class SixBitPairs {
    private SixBitPairs() {}

    /// Packs unsigned bytes. Values over 63 spill into each other exactly as they do in the
    /// original.
    static void pack(int[] scales, int[] minimums, byte[] out, int at) {
        for (int j = 0; j < 4; j++) {
            out[at + j] = (byte) scales[j];
            out[at + j + 4] = (byte) minimums[j];
        }
        for (int j = 4; j < 8; j++) {
            out[at + j + 4] = (byte) ((scales[j] & 15) | ((minimums[j] & 15) << 4));
            out[at + j - 4] |= (byte) ((scales[j] >> 4) << 6);
            out[at + j] |= (byte) ((minimums[j] >> 4) << 6);
        }
    }

    static int scale(byte[] in, int at, int j) {
        return j < 4 ? in[at + j] & 63 : (in[at + j + 4] & 15) | (((in[at + j - 4] >> 6) & 3) << 4);
    }

    static int minimum(byte[] in, int at, int j) {
        return j < 4
                ? in[at + j + 4] & 63
                : ((in[at + j + 4] >> 4) & 15) | (((in[at + j] >> 6) & 3) << 4);
    }
}
