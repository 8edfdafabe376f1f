package dev.weightsmith.quantize.report;

import java.util.Locale;

/// Numbers as the report shows them.
final class Figures {
    private Figures() {}

    /// Mebibytes from ten on without decimals, below with as many as make three digits.
    static String size(long bytes) {
        if (bytes == 0) {
            return "0";
        }
        double value = bytes / 1048576.0;
        String unit = " MiB";
        if (value < 1) {
            value *= 1024;
            unit = " KiB";
        } else if (value >= 10000) {
            value /= 1024;
            unit = " GiB";
        }
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value) + unit;
    }

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
