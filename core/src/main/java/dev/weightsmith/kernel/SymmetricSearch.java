package dev.weightsmith.kernel;

import java.util.Arrays;

/// SYM: the scale and codes with value ≈ scale·(code − N), tried around the obvious scale
/// (docs/specs/quantization.md#sym).
final class SymmetricSearch {
    final int[] codes;
    private final int limit;
    private final int[] levels;
    private float a;
    private float b;

    /// @param count elements searched together
    /// @param limit N
    SymmetricSearch(int count, int limit) {
        this.codes = new int[count];
        this.levels = new int[count];
        this.limit = limit;
    }

    /// Searches `x[at …]` with the weights beside it; leaves the codes and returns the scale.
    float search(float[] x, float[] w, int at) {
        float extreme = Extremes.byMagnitude(x, at, codes.length);
        if (Math.abs(extreme) < Extremes.EPSILON) {
            Arrays.fill(codes, 0);
            return 0;
        }
        evaluate(-limit / extreme, x, w, at);
        keepLevels();
        float scale = b != 0 ? a / b : 0;
        float best = scale * a;
        for (int t = -9; t <= 9; t++) {
            if (t == 0) {
                continue;
            }
            evaluate(-(limit + 0.1f * t) / extreme, x, w, at);
            if (b > 0 && a * a > best * b) {
                keepLevels();
                scale = a / b;
                best = scale * a;
            }
        }
        return scale;
    }

    private void evaluate(float s, float[] x, float[] w, int at) {
        a = 0;
        b = 0;
        for (int i = 0; i < levels.length; i++) {
            int level = Rounding.nearest(s * x[at + i], -limit, limit - 1);
            levels[i] = level;
            a += w[at + i] * x[at + i] * level;
            b += w[at + i] * level * level;
        }
    }

    private void keepLevels() {
        for (int i = 0; i < codes.length; i++) {
            codes[i] = levels[i] + limit;
        }
    }
}
