package dev.weightsmith.kernel;

/// Between binary32 and the two 16-bit types (docs/specs/quantization.md#rounding), in loops
/// without branches over plain arrays, which the JIT turns into vector instructions.
final class Half {
    private static final int F32_INFINITY = 0x7F80_0000;

    private Half() {}

    /// Binary16 bits of one value: nearest even, gradual underflow, one quiet NaN per sign.
    static short toF16(float value) {
        return Float.isNaN(value) ? quietNaN(value) : Float.floatToFloat16(value);
    }

    /// The value of binary16 bits; NaNs come out quiet.
    static float ofF16(short bits) {
        return Float.float16ToFloat(bits);
    }

    /// Writes `value` as binary16 at `out[at]` and gives what was written as a value again.
    static float store(float value, byte[] out, int at) {
        short bits = toF16(value);
        out[at] = (byte) bits;
        out[at + 1] = (byte) (bits >> 8);
        return ofF16(bits);
    }

    /// The binary16 value at `in[at]`.
    static float load(byte[] in, int at) {
        return ofF16((short) ((in[at] & 0xFF) | (in[at + 1] << 8)));
    }

    /// Binary16 bits of `values[0 … count-1]`.
    static void toF16(float[] values, short[] bits, int count) {
        float largest = 0;
        for (int i = 0; i < count; i++) {
            bits[i] = Float.floatToFloat16(values[i]);
        }
        // Math.max hands a NaN on, and the JDK keeps NaN payloads where the specification does not.
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, values[i]);
        }
        if (Float.isNaN(largest)) {
            for (int i = 0; i < count; i++) {
                bits[i] = toF16(values[i]);
            }
        }
    }

    /// Values of `bits[0 … count-1]`.
    static void ofF16(short[] bits, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = Float.float16ToFloat(bits[i]);
        }
    }

    /// Bfloat16 bits of binary32 bits: nearest even, NaNs made quiet.
    static void toBf16(int[] floats, short[] bits, int count) {
        for (int i = 0; i < count; i++) {
            int b = floats[i];
            int rounded = (b + 0x7FFF + ((b >>> 16) & 1)) >>> 16;
            int quiet = (b >>> 16) | 0x40;
            int isNaN = (F32_INFINITY - (b & 0x7FFF_FFFF)) >> 31;
            bits[i] = (short) (rounded ^ ((rounded ^ quiet) & isNaN));
        }
    }

    /// Binary32 bits of bfloat16 bits.
    static void ofBf16(short[] bits, int[] floats, int count) {
        for (int i = 0; i < count; i++) {
            floats[i] = bits[i] << 16;
        }
    }

    private static short quietNaN(float value) {
        return (short) (((Float.floatToRawIntBits(value) >>> 16) & 0x8000) | 0x7E00);
    }
}
