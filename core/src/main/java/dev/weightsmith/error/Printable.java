package dev.weightsmith.error;

import java.util.List;
import java.util.Locale;

/// Names out of files made safe to print, and sizes made short.
public final class Printable {
    private static final int LONGEST = 200;
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB");

    private Printable() {}

    /// `name` in single quotes, with control and direction-changing characters escaped and cut at
    /// 200 characters.
    public static String name(String name) {
        return "'" + text(name) + "'";
    }

    /// The same without quotes.
    public static String text(String text) {
        boolean whole = text.codePointCount(0, text.length()) <= LONGEST;
        return whole
                ? visible(text)
                : visible(text.substring(0, text.offsetByCodePoints(0, LONGEST))) + '…';
    }

    /// The same without quotes, and however long.
    public static String visible(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .forEach(character -> {
                    if (isHarmless(character)) {
                        out.appendCodePoint(character);
                    } else {
                        out.append("\\u{").append(Integer.toHexString(character)).append('}');
                    }
                });
        return out.toString();
    }

    /// Three significant digits in decimal units, for example `13.5 GB`.
    public static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= (unit == 0 ? 1000 : 999.5) && unit < UNITS.size() - 1) {
            value /= 1000;
            unit++;
        }
        String format =
                unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, UNITS.get(unit));
    }

    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
