package dev.weightsmith.quantize.cli;

import java.util.Locale;

/// Numbers as the page of a quantization shows them.
final class Figures {
    private Figures() {}

    static String bits(double bitsPerWeight) {
        return String.format(Locale.ROOT, "%.2f", bitsPerWeight);
    }

    /// Three digits that matter.
    static String error(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
    }

    static String percent(double value) {
        double percent = 100 * value;
        String format = percent >= 10 ? "%.1f%%" : percent >= 1 ? "%.2f%%" : "%.3f%%";
        return value == 0 ? "0" : String.format(Locale.ROOT, format, percent);
    }
}
