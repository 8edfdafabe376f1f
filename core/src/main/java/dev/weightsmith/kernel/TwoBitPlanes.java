package dev.weightsmith.kernel;

/// 256 two-bit codes in 64 bytes: element 128h + 32r + l in bits 2r and 2r+1 of byte 32h + l
/// (docs/specs/quantization.md#planes-and-scales).
final class TwoBitPlanes {
    private TwoBitPlanes() {}

    /// Packs bits `shift` and `shift + 1` of the codes.
    static void pack(int[] codes, int shift, byte[] out, int at) {
        for (int i = 0; i < 64; i++) {
            int e = i / 32 * 128 + i % 32;
            int bits = 0;
            for (int r = 0; r < 4; r++) {
                bits |= ((codes[e + 32 * r] >> shift) & 3) << (2 * r);
            }
            out[at + i] = (byte) bits;
        }
    }

    /// The two bits of element `index`.
    static int code(byte[] in, int at, int index) {
        return (in[at + index / 128 * 32 + index % 32] >> (index / 32 % 4 * 2)) & 3;
    }
}
