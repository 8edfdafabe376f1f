package dev.weightsmith.chattemplate;

/// Reads a string or a number as Python writes them.
final class LiteralScanner {
    private final String source;
    private int at;
    private boolean isFloat;

    LiteralScanner(String source, int start) {
        this.source = source;
        this.at = start;
    }

    /// Behind what was read.
    int end() {
        return at;
    }

    /// Whether the number that was read has a fraction or an exponent.
    boolean isFloat() {
        return isFloat;
    }

    /// What the string in quotes stands for.
    String string() {
        char quote = source.charAt(at++);
        var text = new StringBuilder();
        while (at < source.length() && source.charAt(at) != quote) {
            if (source.charAt(at) == '\\' && at + 1 < source.length()) {
                at++;
                escape(text);
            } else {
                text.append(source.charAt(at++));
            }
        }
        if (at == source.length()) {
            throw TemplateException.malformed("has a string without end");
        }
        at++;
        return text.toString();
    }

    private void escape(StringBuilder text) {
        char type = source.charAt(at++);
        switch (type) {
            case '\n' -> {}
            case '\\', '\'', '"' -> text.append(type);
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'v' -> text.append('\u000b');
            case 'x' -> text.appendCodePoint(digits(2, 2, 16));
            case 'u' -> text.appendCodePoint(digits(4, 4, 16));
            case 'U' -> text.appendCodePoint(digits(8, 8, 16));
            case 'N' -> throw TemplateException.unsupported("the escape '\\N' in a string");
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                text.appendCodePoint(digits(1, 3, 8));
            }
            default -> text.append('\\').append(type);
        }
    }

    private int digits(int least, int most, int radix) {
        long value = 0;
        int count = 0;
        while (count < most
                && at < source.length()
                && Character.digit(source.charAt(at), radix) >= 0) {
            value = value * radix + Character.digit(source.charAt(at++), radix);
            count++;
        }
        if (count < least || value > Character.MAX_CODE_POINT) {
            throw TemplateException.malformed("has a wrong escape in a string");
        }
        return (int) value;
    }

    /// The digits of a number, without the underlines between them.
    String number() {
        int start = at;
        if (source.charAt(at) == '0' && at + 1 < source.length()) {
            char type = Character.toLowerCase(source.charAt(at + 1));
            int radix = type == 'x' ? 16 : type == 'o' ? 8 : type == 'b' ? 2 : 0;
            if (radix > 0) {
                at += 2;
                skipDigits(radix);
                return Long.toString(parse(source.substring(start + 2, at), radix));
            }
        }
        skipDigits(10);
        // `list.0.1` has two numbers.
        if (start == 0 || source.charAt(start - 1) != '.') {
            fraction();
            exponent();
        }
        String digits = source.substring(start, at).replace("_", "");
        if (isFloat) {
            return digits;
        }
        if (digits.length() > 1 && digits.startsWith("0") && !digits.matches("0{1,1000}")) {
            throw TemplateException.malformed("has a number that begins with 0");
        }
        return Long.toString(parse(digits, 10));
    }

    private void fraction() {
        if (source.startsWith(".", at) && isDigit(at + 1, 10)) {
            isFloat = true;
            at++;
            skipDigits(10);
        }
    }

    private void exponent() {
        if (source.startsWith("e", at) || source.startsWith("E", at)) {
            boolean signed = source.startsWith("+", at + 1) || source.startsWith("-", at + 1);
            int first = at + (signed ? 2 : 1);
            if (isDigit(first, 10)) {
                isFloat = true;
                at = first;
                skipDigits(10);
            }
        }
    }

    private void skipDigits(int radix) {
        while (isDigit(at, radix) || (source.startsWith("_", at) && isDigit(at + 1, radix))) {
            at++;
        }
    }

    private boolean isDigit(int place, int radix) {
        return place < source.length()
                && source.charAt(place) < 0x80
                && Character.digit(source.charAt(place), radix) >= 0;
    }

    private static long parse(String digits, int radix) {
        try {
            return Long.parseLong(digits.replace("_", ""), radix);
        } catch (NumberFormatException _) {
            throw digits.isEmpty()
                    ? TemplateException.malformed("has a number without digits")
                    : TemplateException.overLimit("has a number of more than 64 bits");
        }
    }
}
