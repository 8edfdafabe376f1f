package dev.weightsmith.kernel;

/// The sixteen unevenly spaced levels of the IQ4 types (docs/specs/quantization.md#codebook).
final class Codebook {
    private static final byte[] LEVELS = {
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
    };

    /// Halfway between neighbours.
    private static final float[] MIDPOINTS = {
        -115.5f, -93.5f, -74f, -57f, -42f, -28.5f, -16f, -4.5f, 7f, 19f, 31.5f, 45.5f, 61f, 79f,
        101f
    };

    private Codebook() {}

    static int level(int code) {
        return LEVELS[code];
    }

    /// NLI: the code of the nearest level; ties go up, NaN to the last.
    static int nearest(float value) {
        int code = 0;
        for (float midpoint : MIDPOINTS) {
            code += value < midpoint ? 0 : 1;
        }
        return code;
    }
}
