package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// Finds NaNs and infinities in rows: among plain numbers, and among the scales of blocks.
///
/// Both have an exponent of all ones, in every plain type: adding one to the exponent field, all
/// else cleared, carries into the sign bit then and only then. Eight bytes are looked at together.
public final class NonFinite {
    private static final int CHUNK = 1024;
    private static final int F16_EXPONENT = 0x7C00;

    private NonFinite() {}

    /// The index of the first NaN or infinity among `elements` elements, or of the first element of
    /// the first block with such a scale (docs/specs/quantization.md#blocks); empty for types
    /// without either.
    ///
    /// @param rows at least that many elements of `dtype`
    public static OptionalLong firstIn(MemorySegment rows, DType dtype, long elements) {
        return switch (dtype) {
            case F16 -> first(rows, elements, Short.BYTES, 0x7C00_7C00_7C00_7C00L);
            case BF16 -> first(rows, elements, Short.BYTES, 0x7F80_7F80_7F80_7F80L);
            case F32 -> first(rows, elements, Float.BYTES, 0x7F80_0000_7F80_0000L);
            case F64 -> first(rows, elements, Double.BYTES, 0x7FF0_0000_0000_0000L);
            case Q4_0, Q5_0, Q8_0, IQ4_NL, IQ4_XS -> firstScale(rows, dtype, elements, 0, 0);
            case Q4_1, Q5_1, Q4_K, Q5_K -> firstScale(rows, dtype, elements, 0, 2);
            case Q2_K -> firstScale(rows, dtype, elements, 80, 82);
            case Q3_K -> firstScale(rows, dtype, elements, 108, 108);
            case Q6_K -> firstScale(rows, dtype, elements, 208, 208);
            default -> OptionalLong.empty();
        };
    }

    /// Looks at the two binary16 at these offsets in each block.
    private static OptionalLong firstScale(
            MemorySegment rows, DType dtype, long elements, long one, long other) {
        long bytes = dtype.bytes(elements);
        for (long at = 0; at < bytes; at += dtype.blockBytes()) {
            if ((rows.get(Layouts.SHORT, at + one) & F16_EXPONENT) == F16_EXPONENT
                    || (rows.get(Layouts.SHORT, at + other) & F16_EXPONENT) == F16_EXPONENT) {
                return OptionalLong.of(at / dtype.blockBytes() * dtype.blockElements());
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong first(MemorySegment rows, long elements, int size, long exponents) {
        // The lowest bit of each exponent field, and the sign bit above each.
        long ones = exponents & ~(exponents << 1);
        long signs = (exponents << 1) & ~exponents;
        long bytes = Math.multiplyExact(elements, (long) size);
        long words = bytes / Long.BYTES;
        var chunk = new long[(int) Math.min(CHUNK, words)];
        for (long at = 0; at < words; at += CHUNK) {
            int count = (int) Math.min(CHUNK, words - at);
            MemorySegment.copy(rows, Layouts.LONG, at * Long.BYTES, chunk, 0, count);
            if ((carries(chunk, count, exponents, ones) & signs) != 0) {
                for (int i = 0; ; i++) {
                    long found = ((chunk[i] & exponents) + ones) & signs;
                    if (found != 0) {
                        long bit = (at + i) * Long.SIZE + Long.numberOfTrailingZeros(found);
                        return OptionalLong.of(bit / Byte.SIZE / size);
                    }
                }
            }
        }
        for (long at = words * Long.BYTES; at < bytes; at += size) {
            long word =
                    size == Short.BYTES
                            ? rows.get(Layouts.SHORT, at) & 0xFFFFL
                            : rows.get(Layouts.INT, at) & 0xFFFF_FFFFL;
            long mask = exponents >>> (Long.SIZE - size * Byte.SIZE);
            if ((word & mask) == mask) {
                return OptionalLong.of(at / size);
            }
        }
        return OptionalLong.empty();
    }

    private static long carries(long[] words, int count, long exponents, long ones) {
        long all = 0;
        for (int i = 0; i < count; i++) {
            all |= (words[i] & exponents) + ones;
        }
        return all;
    }
}
