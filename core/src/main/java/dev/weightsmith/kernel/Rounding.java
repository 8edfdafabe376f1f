package dev.weightsmith.kernel;

/// From binary32 to integers, each in the way one formula needs
/// (docs/specs/quantization.md#rounding). None of them is a Java cast: those saturate where the
/// formats wrap.
final class Rounding {
    /// 1.5 · 2^23: added to a small value it leaves the nearest integer in the low mantissa bits.
    private static final float MAGIC = 12_582_912f;

    private Rounding() {}

    /// NI: nearest, ties to even; beyond ±4194303 what the bit formula gives.
    static int nearest(float value) {
        return (Float.floatToRawIntBits(value + MAGIC) & 0x007F_FFFF) - 0x0040_0000;
    }

    /// NI, then limited to `low … high`.
    static int nearest(float value, int low, int high) {
        return Math.max(low, Math.min(high, nearest(value)));
    }

    /// TR: toward zero; NaN and what does not fit give -2147483648, as on x86.
    static int truncated(float value) {
        return value >= -0x1p31f && value < 0x1p31f ? (int) value : Integer.MIN_VALUE;
    }

    /// RHA: to an integer, halves away from zero.
    static float halfAway(float value) {
        float whole = (float) (int) value;
        if (!(Math.abs(value) < 0x1p23f)) {
            return value;
        }
        return Math.abs(value - whole) >= 0.5f ? whole + Math.copySign(1f, value) : whole;
    }
}
