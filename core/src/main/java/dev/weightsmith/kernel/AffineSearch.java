package dev.weightsmith.kernel;

import java.util.Arrays;

/// AFF: the scale, minimum and codes with value ≈ scale·code − minimum
/// (docs/specs/quantization.md#aff).
final class AffineSearch {
    /// Which divisors are tried, and what an error counts.
    ///
    /// @param start r
    /// @param step dr
    /// @param last T; there are T + 1 rounds
    /// @param absolute errors count by magnitude instead of by square
    record Schedule(float start, float step, int last, boolean absolute) {
        static final Schedule IMPORTANCE = new Schedule(-0.9f, 0.05f, 36, false);
    }

    final int[] codes;
    private final int limit;
    private final Schedule schedule;
    private final int[] trial;
    private float minimum;

    /// @param count elements searched together
    /// @param limit N
    AffineSearch(int count, int limit, Schedule schedule) {
        this.codes = new int[count];
        this.trial = new int[count];
        this.limit = limit;
        this.schedule = schedule;
    }

    /// What the last search found to be subtracted: m.
    float minimum() {
        return minimum;
    }

    /// Searches `x[at …]` with the weights beside it; leaves codes and minimum, returns the scale.
    float search(float[] x, float[] w, int at) {
        int count = codes.length;
        float low = x[at];
        float high = x[at];
        float sumW = w[at];
        float sumX = w[at] * x[at];
        for (int i = at + 1; i < at + count; i++) {
            if (x[i] < low) {
                low = x[i];
            }
            if (x[i] > high) {
                high = x[i];
            }
            sumW += w[i];
            sumX += w[i] * x[i];
        }
        if (low > 0) {
            low = 0;
        }
        if (high == low) {
            Arrays.fill(codes, 0);
            minimum = -low;
            return 0;
        }
        float scale = 1 / (limit / (high - low));
        quantize(limit / (high - low), low, x, at, codes);
        float error = error(scale, low, codes, x, w, at);
        for (int t = 0; t <= schedule.last(); t++) {
            float s = (schedule.start() + schedule.step() * t + limit) / (high - low);
            quantize(s, low, x, at, trial);
            float sum1 = 0;
            float sum2 = 0;
            float sumXl = 0;
            for (int i = 0; i < count; i++) {
                int code = trial[i];
                float wc = w[at + i] * code;
                sum1 += wc;
                sum2 += wc * code;
                sumXl += wc * x[at + i];
            }
            float determinant = sumW * sum2 - sum1 * sum1;
            if (!(determinant > 0)) {
                continue;
            }
            float trialScale = (sumW * sumXl - sumX * sum1) / determinant;
            float trialLow = (sum2 * sumX - sum1 * sumXl) / determinant;
            if (trialLow > 0) {
                trialLow = 0;
                trialScale = sumXl / sum2;
            }
            float trialError = error(trialScale, trialLow, trial, x, w, at);
            if (trialError < error) {
                System.arraycopy(trial, 0, codes, 0, count);
                error = trialError;
                scale = trialScale;
                // Later rounds start from here: both their divisor and their offsets change.
                low = trialLow;
            }
        }
        minimum = -low;
        return scale;
    }

    private void quantize(float s, float low, float[] x, int at, int[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = Rounding.nearest(s * (x[at + i] - low), 0, limit);
        }
    }

    private float error(float scale, float low, int[] trial, float[] x, float[] w, int at) {
        float error = 0;
        for (int i = 0; i < trial.length; i++) {
            float difference = scale * trial[i] + low - x[at + i];
            error +=
                    w[at + i]
                            * (schedule.absolute()
                                    ? Math.abs(difference)
                                    : difference * difference);
        }
        return error;
    }
}
