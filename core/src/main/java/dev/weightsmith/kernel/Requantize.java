package dev.weightsmith.kernel;

/// The last step of every K-quant encoder: codes anew, from the scales as they were stored
/// (docs/specs/quantization.md#requantization).
///
/// Where the stored scale of a sub-block is zero, the codes of its search stay.
final class Requantize {
    private Requantize() {}

    /// Codes 0 … limit of `count` elements of `x[at …]`, into `codes[to …]`.
    static void affine(
            float[] x,
            int at,
            int count,
            float scale,
            float minimum,
            int limit,
            int[] codes,
            int to) {
        if (scale != 0) {
            for (int i = 0; i < count; i++) {
                codes[to + i] = Rounding.nearest((x[at + i] + minimum) / scale, 0, limit);
            }
        }
    }

    /// Codes 0 … 2·limit-1 of `count` elements of `x[at …]`, into `codes[to …]`.
    static void symmetric(
            float[] x, int at, int count, float scale, int limit, int[] codes, int to) {
        if (scale != 0) {
            for (int i = 0; i < count; i++) {
                codes[to + i] = Rounding.nearest(x[at + i] / scale, -limit, limit - 1) + limit;
            }
        }
    }
}
