package dev.weightsmith.error;

/// Names out of files, made safe to print.
public final class Printable {
    private static final int LONGEST = 200;

    private Printable() {}

    /// `name` in single quotes, with control and direction-changing characters escaped and cut at
    /// 200 characters.
    public static String name(String name) {
        return "'" + text(name) + "'";
    }

    /// The same without quotes.
    public static String text(String text) {
        var out = new StringBuilder();
        int shown = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (shown++ == LONGEST) {
                return out.append('…').toString();
            }
            if (isHarmless(character)) {
                out.appendCodePoint(character);
            } else {
                out.append("\\u{").append(Integer.toHexString(character)).append('}');
            }
        }
        return out.toString();
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
