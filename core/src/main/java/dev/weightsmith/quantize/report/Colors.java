package dev.weightsmith.quantize.report;

import dev.weightsmith.quantize.TensorRole;
import dev.weightsmith.tensor.DType;
import java.util.Locale;

/// The colours of the report's drawings; all carry black text.
final class Colors {
    static final String BARS = "#5b8ec4";

    private Colors() {}

    static String of(TensorRole role) {
        return switch (role) {
            case EMBEDDING -> "#b39bc8";
            case OUTPUT -> "#a98467";
            case QUERY -> "#4e79a7";
            case KEY -> "#6fb1c9";
            case VALUE -> "#3f9b76";
            case ATTENTION_OUTPUT -> "#9cc987";
            case GATE -> "#f0b86b";
            case UP -> "#ec8c4b";
            case DOWN -> "#d9606a";
            case OTHER -> "#b5b5b5";
        };
    }

    /// From yellow for few bits to violet for many.
    static String of(DType dtype) {
        return switch (dtype) {
            case Q2_K -> "#f4d35e";
            case Q3_K -> "#f0a35e";
            case IQ4_XS -> "#dfe27a";
            case IQ4_NL -> "#c8d96f";
            case Q4_0 -> "#a5cf8d";
            case Q4_K -> "#83c57f";
            case Q4_1 -> "#63b88a";
            case Q5_0 -> "#74cbc3";
            case Q5_K -> "#58b7c4";
            case Q5_1 -> "#4fa3c0";
            case Q6_K -> "#7aa5e0";
            case Q8_0 -> "#9a90de";
            case F16 -> "#bd94d6";
            case BF16 -> "#d398c8";
            case F32 -> "#cfc7cf";
            default -> "#b5b5b5";
        };
    }

    /// From pale to dark red.
    ///
    /// @param share 0 for the smallest error, 1 for the largest
    static String ofError(double share) {
        double part = Math.clamp(share, 0, 1);
        return hsl(45 - 40 * part, 80, 88 - 38 * part);
    }

    private static String hsl(double hue, double saturation, double lightness) {
        return String.format(Locale.ROOT, "hsl(%.0f,%.0f%%,%.0f%%)", hue, saturation, lightness);
    }
}
