package dev.weightsmith.kernel;

/// NL: the scale with value ≈ scale·level of the codebook, for 32 elements
/// (docs/specs/quantization.md#nl).
final class CodebookSearch {
    private static final int COUNT = 32;

    private float a;
    private float b;

    /// Searches `x[at …]` with the weights beside it.
    float search(float[] x, float[] w, int at) {
        float extreme = Extremes.byMagnitude(x, at, COUNT);
        if (Math.abs(extreme) < Extremes.EPSILON) {
            return 0;
        }
        evaluate(1 / (-extreme / -127), x, w, at);
        float d = b > 0 ? a / b : 0;
        float best = d * a;
        for (int t = -7; t <= 7; t++) {
            // The other way around than the start: the extreme goes near the lowest level.
            evaluate((t - 127) / extreme, x, w, at);
            if (b > 0 && a * a > best * b) {
                d = a / b;
                best = d * a;
            }
        }
        return d;
    }

    private void evaluate(float g, float[] x, float[] w, int at) {
        a = 0;
        b = 0;
        for (int i = at; i < at + COUNT; i++) {
            int level = Codebook.level(Codebook.nearest(g * x[i]));
            a += w[i] * level * x[i];
            b += w[i] * level * level;
        }
    }
}
