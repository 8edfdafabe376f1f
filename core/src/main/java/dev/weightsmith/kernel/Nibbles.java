package dev.weightsmith.kernel;

/// Two 4-bit codes to a byte: element j in the low half, element j + distance in the high half.
///
/// The distance, and the number of bytes, is 16 in blocks of 32 and 32 in the nibble planes of
/// super-blocks (docs/specs/quantization.md#blocks-of-32,
/// docs/specs/quantization.md#planes-and-scales).
final class Nibbles {
    private Nibbles() {}

    /// Packs bits 0 to 3 of `codes[from … from+2·distance-1]`.
    static void pack(int[] codes, int from, int distance, byte[] out, int at) {
        for (int j = 0; j < distance; j++) {
            int low = codes[from + j] & 15;
            int high = codes[from + distance + j] & 15;
            out[at + j] = (byte) (low | (high << 4));
        }
    }

    /// The 4 bits of element `index` of the `2·distance` packed at `in[at]`.
    static int code(byte[] in, int at, int distance, int index) {
        int packed = in[at + index % distance] & 0xFF;
        return index < distance ? packed & 15 : packed >> 4;
    }
}
