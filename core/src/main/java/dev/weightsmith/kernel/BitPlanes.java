package dev.weightsmith.kernel;

/// One bit of each of 256 codes in 32 bytes: element e in bit ⌊e/32⌋ of byte e mod 32
/// (docs/specs/quantization.md#planes-and-scales).
final class BitPlanes {
    private BitPlanes() {}

    /// Packs bit `shift` of the codes.
    static void pack(int[] codes, int shift, byte[] out, int at) {
        for (int i = 0; i < 32; i++) {
            int bits = 0;
            for (int plane = 0; plane < 8; plane++) {
                bits |= ((codes[32 * plane + i] >> shift) & 1) << plane;
            }
            out[at + i] = (byte) bits;
        }
    }

    /// The bit of element `index`.
    static int code(byte[] in, int at, int index) {
        return (in[at + index % 32] >> (index / 32)) & 1;
    }
}
