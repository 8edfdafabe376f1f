package dev.weightsmith.kernel;

/// What the searches need to know of a block before they begin.
final class Extremes {
    /// Below this everything counts as zero (docs/specs/quantization.md#arithmetic).
    static final float EPSILON = 1e-15f;

    private Extremes() {}

    /// The element of largest magnitude with its sign; the first of equals; +0 if all are zero.
    static float byMagnitude(float[] x, int at, int count) {
        float magnitude = 0;
        float extreme = 0;
        for (int i = at; i < at + count; i++) {
            if (Math.abs(x[i]) > magnitude) {
                magnitude = Math.abs(x[i]);
                extreme = x[i];
            }
        }
        return extreme;
    }

    /// The largest element above +0, else +0.
    static float positive(float[] x) {
        float largest = 0;
        for (float value : x) {
            if (value > largest) {
                largest = value;
            }
        }
        return largest;
    }
}
