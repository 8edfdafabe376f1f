package dev.weightsmith.kernel;

import java.util.Arrays;

/// POS: the scale and codes of a super-block's scales or minimums, value ≈ scale·code
/// (docs/specs/quantization.md#pos).
final class PositiveSearch {
    private static final int PASSES = 5;

    /// Stored bytes: a negative input, rare but possible, wraps.
    final int[] codes;

    private final int limit;
    private float a;
    private float b;

    /// @param count values searched together
    /// @param limit N
    PositiveSearch(int count, int limit) {
        this.codes = new int[count];
        this.limit = limit;
    }

    /// Searches all of `x` with weights `w`; leaves the codes and returns the scale.
    float search(float[] x, float[] w) {
        float top = 0;
        for (float value : x) {
            top = top > value ? top : value;
        }
        if (top < Extremes.EPSILON) {
            Arrays.fill(codes, 0);
            return 0;
        }
        float s = bestDivisor(x, w, top);
        a = 0;
        b = 0;
        for (int i = 0; i < codes.length; i++) {
            int level = Math.min(limit, Rounding.nearest(s * x[i]));
            a += w[i] * x[i] * level;
            b += w[i] * level * level;
            codes[i] = level & 0xFF;
        }
        boolean moved = true;
        for (int pass = 0; pass < PASSES && moved; pass++) {
            moved = improve(x, w);
        }
        return b > 0 ? a / b : 0;
    }

    private float bestDivisor(float[] x, float[] w, float top) {
        float s = limit / top;
        float g = 1 / s;
        float error = 0;
        for (int i = 0; i < x.length; i++) {
            float difference = x[i] - g * (Rounding.nearest(s * x[i]) & 0xFF);
            error += w[i] * difference * difference;
        }
        for (int t = -4; t <= 4; t++) {
            if (t == 0) {
                continue;
            }
            float trial = (0.1f * t + limit) / top;
            g = 1 / trial;
            float trialError = 0;
            for (int i = 0; i < x.length; i++) {
                float difference = x[i] - g * Math.min(limit, Rounding.nearest(trial * x[i]));
                trialError += w[i] * difference * difference;
            }
            if (trialError < error) {
                error = trialError;
                s = trial;
            }
        }
        return s;
    }

    /// Moves each code to where the others want it; false if none moved.
    private boolean improve(float[] x, float[] w) {
        boolean moved = false;
        for (int i = 0; i < codes.length; i++) {
            int code = codes[i];
            float otherA = a - w[i] * x[i] * code;
            float otherB = b - w[i] * code * code;
            if (!(otherA > 0 && otherB > 0)) {
                continue;
            }
            int wanted = Math.min(limit, Rounding.nearest(x[i] * otherB / otherA));
            if (wanted == code) {
                continue;
            }
            otherA += w[i] * x[i] * wanted;
            otherB += w[i] * wanted * wanted;
            if (otherA * otherA * b > a * a * otherB) {
                codes[i] = wanted & 0xFF;
                a = otherA;
                b = otherB;
                moved = true;
            }
        }
        return moved;
    }
}
