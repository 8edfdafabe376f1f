package dev.weightsmith.kernel;

/// Bit 4 of 32 codes as one little-endian word (docs/specs/quantization.md#blocks-of-32).
final class FifthBits {
    private FifthBits() {}

    static void pack(int[] codes, byte[] out, int at) {
        for (int i = 0; i < 4; i++) {
            int bits = 0;
            for (int bit = 0; bit < 8; bit++) {
                bits |= ((codes[8 * i + bit] >> 4) & 1) << bit;
            }
            out[at + i] = (byte) bits;
        }
    }

    /// Bit 4 of element `index`, in its place.
    static int code(byte[] in, int at, int index) {
        return ((in[at + index / 8] >> (index % 8)) & 1) << 4;
    }
}
