package dev.weightsmith.kernel;

/// How much an error in each element counts in a search, aligned with the row: `w[i]` belongs to
/// `x[i]`.
final class Weights {
    private Weights() {}

    /// The strictly sequential sum of squares.
    static float sumOfSquares(float[] x, int at, int count) {
        float sum = 0;
        for (int i = at; i < at + count; i++) {
            sum += x[i] * x[i];
        }
        return sum;
    }

    /// The strictly sequential sum.
    static float sum(float[] w, int at, int count) {
        float sum = 0;
        for (int i = at; i < at + count; i++) {
            sum += w[i];
        }
        return sum;
    }

    /// Own weights: w = x·x.
    static float[] squares(float[] x) {
        var w = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            w[i] = x[i] * x[i];
        }
        return w;
    }

    /// Own weights of Q2_K: w = |x|.
    static void magnitudes(float[] x, float[] w, int at, int count) {
        for (int i = at; i < at + count; i++) {
            w[i] = Math.abs(x[i]);
        }
    }

    /// Own weights of Q4_K and Q5_K: w = root of the mean square + |x|.
    static void raisedMagnitudes(float[] x, float[] w, int at, int count) {
        float root = root(sumOfSquares(x, at, count) / count);
        for (int i = at; i < at + count; i++) {
            w[i] = root + Math.abs(x[i]);
        }
    }

    /// With importance: w = q·√(spread + x·x).
    static void important(float[] x, float[] q, float spread, float[] w, int at, int count) {
        for (int i = at; i < at + count; i++) {
            w[i] = q[i] * root(spread + x[i] * x[i]);
        }
    }

    /// The same of the IQ4 types, where the spread is twice the mean square of each block.
    static float[] important(float[] x, float[] q, int block) {
        var w = new float[x.length];
        for (int at = 0; at < x.length; at += block) {
            important(x, q, sumOfSquares(x, at, block) * (2f / block), w, at, block);
        }
        return w;
    }

    /// Correctly rounded: the root in binary64 has bits enough to be rounded twice.
    private static float root(float value) {
        return (float) Math.sqrt(value);
    }
}
