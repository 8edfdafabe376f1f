package dev.weightsmith.compare;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// The numbers that a floating type can hold.
enum FloatGrid {
    BF16(8, 7) {
        @Override
        long bits(double value) {
            int bits = Float.floatToIntBits((float) value);
            // To nearest, ties to even; a NaN stays one.
            return Float.isNaN((float) value)
                    ? 0x7FC0
                    : (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
        }
    },
    F16(5, 10) {
        @Override
        long bits(double value) {
            return Float.floatToFloat16((float) value) & 0xFFFFL;
        }
    },
    F32(8, 23) {
        @Override
        long bits(double value) {
            return Float.floatToIntBits((float) value) & 0xFFFF_FFFFL;
        }
    },
    F64(11, 52) {
        @Override
        long bits(double value) {
            return Double.doubleToLongBits(value);
        }
    };

    private final int exponentBits;
    private final int fractionBits;

    FloatGrid(int exponentBits, int fractionBits) {
        this.exponentBits = exponentBits;
        this.fractionBits = fractionBits;
    }

    /// The grid of a plain type; empty for block types and types of other things than numbers.
    static Optional<FloatGrid> of(DType dtype) {
        return switch (dtype) {
            case BF16 -> Optional.of(BF16);
            case F16 -> Optional.of(F16);
            case F32 -> Optional.of(F32);
            case F64 -> Optional.of(F64);
            default -> Optional.empty();
        };
    }

    /// The coarser of two.
    static FloatGrid coarser(FloatGrid a, FloatGrid b) {
        return a.fractionBits < b.fractionBits ? a : b;
    }

    /// The number nearest to `value`, as the type stores it.
    abstract long bits(double value);

    /// The size of one step at `value`.
    double step(double value) {
        int lowest = 2 - (1 << (exponentBits - 1));
        int exponent = value == 0 ? lowest : Math.max(lowest, Math.getExponent(value));
        return Math.scalb(1.0, exponent - fractionBits);
    }
}
