package dev.weightsmith.cli;

/// How many columns of a terminal a text takes: Chinese characters take two, combining ones none.
final class TextWidth {
    private TextWidth() {}

    static int of(String text) {
        return text.codePoints().map(TextWidth::of).sum();
    }

    /// As much of the beginning of `text` as fits.
    static String cut(String text, int columns) {
        int left = columns;
        int end = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            left -= of(character);
            if (left < 0) {
                break;
            }
            end += Character.charCount(character);
        }
        return text.substring(0, end);
    }

    /// The blocks whose characters Unicode's East Asian Width calls wide.
    private static int of(int character) {
        return switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(character) ? 2 : 1;
        };
    }

    private static boolean isWide(int character) {
        return isIn(character, 0x1100, 0x115F) // Hangul, its beginnings of syllables
                || (isIn(character, 0x2E80, 0xA4CF) && character != 0x303F) // CJK, kana, Yi
                || isIn(character, 0xAC00, 0xD7A3) // Hangul
                || isIn(character, 0xF900, 0xFAFF) // CJK, for compatibility
                || isIn(character, 0xFE30, 0xFE6F)
                || isIn(character, 0xFF00, 0xFF60) // full width
                || isIn(character, 0xFFE0, 0xFFE6)
                || isIn(character, 0x1F300, 0x1F64F) // pictures
                || isIn(character, 0x1F900, 0x1F9FF)
                || isIn(character, 0x20000, 0x3FFFD); // CJK, rare
    }

    private static boolean isIn(int character, int first, int last) {
        return first <= character && character <= last;
    }
}
