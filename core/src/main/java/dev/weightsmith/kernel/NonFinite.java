package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// Finds NaNs and infinities in rows of plain numbers.
///
/// Both have an exponent of all ones, in every plain type: adding one to the exponent field, all
/// else cleared, carries into the sign bit then and only then. Eight bytes are looked at together.
public final class NonFinite {
    private static final int CHUNK = 1024;

    private NonFinite() {}

    /// The index of the first NaN or infinity among `elements` elements; empty for types that have
    /// none.
    ///
    /// @param rows at least that many elements of `dtype`
    public static OptionalLong firstIn(MemorySegment rows, DType dtype, long elements) {
        return switch (dtype) {
            case F16 -> first(rows, elements, Short.BYTES, 0x7C00_7C00_7C00_7C00L);
            case BF16 -> first(rows, elements, Short.BYTES, 0x7F80_7F80_7F80_7F80L);
            case F32 -> first(rows, elements, Float.BYTES, 0x7F80_0000_7F80_0000L);
            case F64 -> first(rows, elements, Double.BYTES, 0x7FF0_0000_0000_0000L);
            default -> OptionalLong.empty();
        };
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
