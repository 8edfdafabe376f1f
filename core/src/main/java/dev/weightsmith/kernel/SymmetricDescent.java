package dev.weightsmith.kernel;

import java.util.Arrays;

/// SYMCD: the symmetric search by coordinate descent, each element weighted by its own square
/// (docs/specs/quantization.md#symcd).
final class SymmetricDescent {
    private static final int PASSES = 5;

    final int[] codes;
    private final int limit;
    private float a;
    private float b;

    /// @param count elements searched together
    /// @param limit N
    SymmetricDescent(int count, int limit) {
        this.codes = new int[count];
        this.limit = limit;
    }

    /// Searches `x[at …]`; leaves the codes and returns the scale.
    float search(float[] x, int at) {
        float extreme = Extremes.byMagnitude(x, at, codes.length);
        if (Math.abs(extreme) < Extremes.EPSILON) {
            Arrays.fill(codes, 0);
            return 0;
        }
        float s = -limit / extreme;
        a = 0;
        b = 0;
        for (int i = 0; i < codes.length; i++) {
            float value = x[at + i];
            float w = value * value;
            int level = Rounding.nearest(s * value, -limit, limit - 1);
            codes[i] = level;
            a += w * value * level;
            b += w * level * level;
        }
        boolean moved = true;
        for (int pass = 0; pass < PASSES && moved; pass++) {
            moved = improve(x, at);
        }
        for (int i = 0; i < codes.length; i++) {
            codes[i] += limit;
        }
        return b > 0 ? a / b : 0;
    }

    /// Moves each level to where the others want it; false if none moved.
    private boolean improve(float[] x, int at) {
        boolean moved = false;
        for (int i = 0; i < codes.length; i++) {
            float value = x[at + i];
            float w = value * value;
            int level = codes[i];
            float otherA = a - w * value * level;
            if (!(otherA > 0)) {
                continue;
            }
            float otherB = b - w * level * level;
            int wanted = Rounding.nearest(value * otherB / otherA, -limit, limit - 1);
            if (wanted == level) {
                continue;
            }
            otherA += w * value * wanted;
            otherB += w * wanted * wanted;
            if (otherB > 0 && otherA * otherA * b > a * a * otherB) {
                codes[i] = wanted;
                a = otherA;
                b = otherB;
                moved = true;
            }
        }
        return moved;
    }
}
