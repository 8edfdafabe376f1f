package dev.weightsmith.chattemplate;

import java.util.Locale;

/// Texts as Python sees them: characters are code points, and white space is what Unicode says.
final class PythonText {
    private PythonText() {}

    static boolean isSpace(int character) {
        return switch (character) {
            case '\t', '\n', 0x0b, '\f', '\r', 0x1c, 0x1d, 0x1e, 0x1f, 0x85 -> true;
            default -> Character.isSpaceChar(character);
        };
    }

    /// Without white space at these ends.
    static String strip(String text, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (right && from < to && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /// Without any of these characters at these ends.
    static String strip(String text, String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && has(characters, text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && from < to && has(characters, text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean has(String characters, int character) {
        return characters.indexOf(character) >= 0;
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// The first character in upper case, the others in lower case.
    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return title(text.codePointAt(0)) + lower(text.substring(first));
    }

    /// Each run of letters capitalized.
    static String title(String text) {
        var out = new StringBuilder();
        boolean inWord = false;
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            out.append(inWord ? lower(Character.toString(character)) : title(character));
            inWord = Character.isLetter(character);
        }
        return out.toString();
    }

    private static String title(int character) {
        int titled = Character.toTitleCase(character);
        return titled != character || Character.isTitleCase(character)
                ? Character.toString(titled)
                : capitalizedSpecially(character);
    }

    /// Characters such as `ß`, whose capital is two.
    private static String capitalizedSpecially(int character) {
        String upper = upper(Character.toString(character));
        int first = upper.offsetByCodePoints(0, 1);
        return upper.substring(0, first) + lower(upper.substring(first));
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// By code points, where Java compares surrogates.
    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char one = left.charAt(i);
            char other = right.charAt(i);
            if (one != other) {
                boolean surrogates = Character.isSurrogate(one) || Character.isSurrogate(other);
                return surrogates && Character.isSurrogate(one) != Character.isSurrogate(other)
                        ? (Character.isSurrogate(one) ? 1 : -1)
                        : Character.compare(one, other);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
