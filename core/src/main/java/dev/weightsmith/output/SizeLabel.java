package dev.weightsmith.output;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// A count of parameters as GGUF labels it: at least two digits, then K, M, B or T.
final class SizeLabel {
    private SizeLabel() {}

    static String of(long parameters) {
        if (parameters > 1e12) {
            return label(parameters * 1e-12, "T");
        }
        if (parameters > 1e9) {
            return label(parameters * 1e-9, "B");
        }
        return parameters > 1e6 ? label(parameters * 1e-6, "M") : label(parameters * 1e-3, "K");
    }

    private static String label(double scaled, String unit) {
        long rounded = (long) Math.rint(scaled);
        int digits = rounded == 0 ? 0 : Long.toString(rounded).length();
        return new BigDecimal(scaled).setScale(Math.max(2 - digits, 0), RoundingMode.HALF_EVEN)
                + unit;
    }
}
