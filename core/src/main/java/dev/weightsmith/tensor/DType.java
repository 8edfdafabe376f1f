package dev.weightsmith.tensor;

/// The type of a tensor's elements, as blocks of `blockElements` elements in `blockBytes` bytes.
///
/// Plain types have blocks of one element. The names are Weightsmith's own; each file format's
/// package translates its names to these.
public enum DType {
    F64(1, 8),
    F32(1, 4),
    F16(1, 2),
    BF16(1, 2),
    F8_E4M3(1, 1),
    F8_E5M2(1, 1),
    F8_E8M0(1, 1),
    F8_E4M3FNUZ(1, 1),
    F8_E5M2FNUZ(1, 1),
    F6_E2M3(4, 3),
    F6_E3M2(4, 3),
    F4(2, 1),
    I64(1, 8),
    I32(1, 4),
    I16(1, 2),
    I8(1, 1),
    U64(1, 8),
    U32(1, 4),
    U16(1, 2),
    U8(1, 1),
    BOOL(1, 1),
    C64(1, 8),
    C128(1, 16),
    Q4_0(32, 18),
    Q4_1(32, 20),
    Q5_0(32, 22),
    Q5_1(32, 24),
    Q8_0(32, 34),
    Q8_1(32, 36),
    Q2_K(256, 84),
    Q3_K(256, 110),
    Q4_K(256, 144),
    Q5_K(256, 176),
    Q6_K(256, 210),
    Q8_K(256, 292),
    IQ2_XXS(256, 66),
    IQ2_XS(256, 74),
    IQ3_XXS(256, 98),
    IQ1_S(256, 50),
    IQ4_NL(32, 18),
    IQ3_S(256, 110),
    IQ2_S(256, 82),
    IQ4_XS(256, 136),
    IQ1_M(256, 56),
    TQ1_0(256, 54),
    TQ2_0(256, 66),
    MXFP4(32, 17);

    private final int blockElements;
    private final int blockBytes;

    DType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /// Elements in one block; 1 for plain types.
    public int blockElements() {
        return blockElements;
    }

    /// Bytes of one block.
    public int blockBytes() {
        return blockBytes;
    }

    /// Bytes of `elements` elements.
    ///
    /// @throws ArithmeticException if `elements` is not a whole number of blocks or the size does
    ///   not fit a long
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new ArithmeticException(
                    "%d elements are not a whole number of %s blocks".formatted(elements, this));
        }
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }

    /// Whether elements are real numbers that Weightsmith computes with without a block codec.
    public boolean isPlainFloat() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    /// Whether elements are packed in blocks of 32 or 256 with shared scales.
    public boolean isQuantized() {
        return blockElements >= 32;
    }
}
