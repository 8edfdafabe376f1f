package dev.weightsmith.chattemplate;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes values as Python's `str` and `repr` do.
final class PythonWriter {
    private final Limits limits;
    private final TextBuilder out;

    private PythonWriter(Limits limits) {
        this.limits = limits;
        this.out = new TextBuilder(limits);
    }

    /// `str(value)`, what `{{ value }}` writes.
    static String text(Value value, Limits limits) {
        if (value instanceof Value.Text(String text)) {
            return text;
        }
        var writer = new PythonWriter(limits);
        writer.write(value);
        return writer.out.toString();
    }

    private void write(Value value) {
        limits.enter();
        switch (value) {
            case Value.Text(String text) -> quote(text);
            case Value.Int(long number) -> out.append(Long.toString(number));
            case Value.Real(double number) -> {
                // Finding the shortest digits takes longer than writing them.
                limits.work(20);
                out.append(number(number));
            }
            case Value.Bool(boolean is) -> out.append(is ? "True" : "False");
            case Value.None _ -> out.append("None");
            // In a list Python would write `Undefined`.
            case Value.Undefined _ -> {}
            case Value.Items(Value.Items.Kind kind, List<Value> items) -> {
                switch (kind) {
                    case LIST -> items("[", items, "]");
                    case TUPLE -> items("(", items, items.size() == 1 ? ",)" : ")");
                    case RANGE, VIEW -> throw unsupported(value);
                }
            }
            case Value.Mapping mapping -> entries(mapping);
            case Value.Stream _, Value.Namespace _, Value.Loop _, Value.Function _ ->
                    throw unsupported(value);
        }
        limits.leave();
    }

    private static TemplateException unsupported(Value value) {
        return TemplateException.unsupported("writing a " + value.type());
    }

    private void items(String open, List<Value> items, String close) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            inside(items.get(i));
        }
        out.append(close);
    }

    private void entries(Value.Mapping mapping) {
        out.append("{");
        Iterator<Map.Entry<Value, Value>> entries = mapping.entries().entrySet().iterator();
        while (entries.hasNext()) {
            var entry = entries.next();
            write(entry.getKey());
            out.append(": ");
            inside(entry.getValue());
            out.append(entries.hasNext() ? ", " : "");
        }
        out.append("}");
    }

    private void inside(Value value) {
        if (value instanceof Value.Undefined) {
            out.append("Undefined");
        } else {
            write(value);
        }
    }

    /// As Python writes a string in a list.
    private void quote(String text) {
        String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
        out.append(quote);
        text.codePoints().forEach(character -> out.append(escaped(character, quote)));
        out.append(quote);
    }

    private static String escaped(int character, String quote) {
        return switch (character) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
                if (character == quote.charAt(0)) {
                    yield "\\" + quote;
                }
                if (isPrintable(character)) {
                    yield Character.toString(character);
                }
                String hex = Integer.toHexString(character);
                int digits = hex.length() <= 2 ? 2 : hex.length() <= 4 ? 4 : 8;
                yield (digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U")
                        + "0".repeat(digits - hex.length())
                        + hex;
            }
        };
    }

    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> character == ' ';
            default -> true;
        };
    }

    /// The shortest digits that mean this number, with an exponent below 0.0001 and from 1e16 on.
    static String number(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = exact.unscaledValue().abs().toString();
        return (number < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }
}
