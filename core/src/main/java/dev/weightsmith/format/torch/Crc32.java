package dev.weightsmith.format.torch;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;

/// CRC-32 as zip has it, of pieces that are put together afterwards.
///
/// A CRC is a remainder modulo a polynomial over GF(2), so the CRC of `a` followed by `b` is that
/// of `a` times x^(8·|b|), plus that of `b`. Polynomials are held as zlib holds them: the highest
/// power in the lowest bit.
final class Crc32 {
    private static final int POLYNOMIAL = 0xEDB88320;
    private static final int ONE = 1 << 31;
    private static final long LARGEST_UPDATE = 1 << 30;

    /// x^(2^k) modulo the polynomial; the sequence of squares repeats after 32.
    private static final int[] SQUARES = squares();

    private Crc32() {}

    static int of(MemorySegment bytes) {
        var crc = new CRC32();
        for (long done = 0; done < bytes.byteSize(); ) {
            long length = Math.min(LARGEST_UPDATE, bytes.byteSize() - done);
            crc.update(bytes.asSlice(done, length).asByteBuffer());
            done += length;
        }
        return (int) crc.getValue();
    }

    /// The CRC of bytes with CRC `first`, followed by `length` bytes with CRC `second`.
    static int join(int first, int second, long length) {
        return times(powerOfX(length), first) ^ second;
    }

    /// x^(8·bytes) modulo the polynomial.
    private static int powerOfX(long bytes) {
        int power = ONE;
        int square = 3;
        for (long rest = bytes; rest != 0; rest >>>= 1, square++) {
            if ((rest & 1) != 0) {
                power = times(SQUARES[square & 31], power);
            }
        }
        return power;
    }

    private static int times(int a, int b) {
        int product = 0;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= b;
            }
            b = (b & 1) != 0 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
        }
        return product;
    }

    private static int[] squares() {
        int[] squares = new int[32];
        squares[0] = ONE >>> 1;
        for (int k = 1; k < squares.length; k++) {
            squares[k] = times(squares[k - 1], squares[k - 1]);
        }
        return squares;
    }
}
