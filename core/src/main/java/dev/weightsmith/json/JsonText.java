package dev.weightsmith.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// JSON files byte for byte as the reference programs write them, all of which call Python's
/// `json`.
///
/// Fields keep their order unless said otherwise; a float is written as Python's `repr` of it, a
/// whole number with all its digits.
public final class JsonText {
    /// Python compares texts by code points, Java by UTF-16 units.
    private static final Comparator<Map.Entry<String, JsonNode>> BY_CODE_POINTS =
            Comparator.comparing(field -> field.getKey().codePoints().toArray(), Arrays::compare);

    /// From this power of ten on, and below the other, `repr` writes an exponent.
    private static final int LARGE = 16;

    private static final int SMALL = -4;

    private final StringBuilder out = new StringBuilder();
    private final Spacing spacing;
    private final boolean ascii;
    private final boolean sorted;

    private enum Spacing {
        NONE(",", ":"),
        SPACES(", ", ": "),
        LINES(",", ": ");

        private final String separator;
        private final String colon;

        Spacing(String separator, String colon) {
            this.separator = separator;
            this.colon = colon;
        }
    }

    private JsonText(Spacing spacing, boolean ascii, boolean sorted) {
        this.spacing = spacing;
        this.ascii = ascii;
        this.sorted = sorted;
    }

    /// `json.dump(obj, file, indent=2)`: how the published merge scripts write `config.json`,
    /// `generation_config.json` and the index. Two spaces, one value a line, ASCII only, no newline
    /// at the end.
    public static byte[] indented(ObjectNode json) {
        return new JsonText(Spacing.LINES, true, false).bytes(json, "");
    }

    /// `json.dump(obj, file)`: how they write `params.json`, all on one line.
    public static byte[] oneLine(ObjectNode json) {
        return new JsonText(Spacing.SPACES, true, false).bytes(json, "");
    }

    /// How transformers writes `tokenizer_config.json` and `special_tokens_map.json`: as
    /// [#indented], but with sorted fields, UTF-8 and a newline at the end.
    public static byte[] sorted(ObjectNode json) {
        return new JsonText(Spacing.LINES, false, true).bytes(json, "\n");
    }

    /// The one way to write a value that is digested: sorted fields, no spaces, UTF-8.
    public static byte[] canonical(ObjectNode json) {
        return new JsonText(Spacing.NONE, false, true).bytes(json, "");
    }

    private byte[] bytes(ObjectNode json, String end) {
        append(json, 0);
        return out.append(end).toString().getBytes(StandardCharsets.UTF_8);
    }

    private void append(JsonNode value, int depth) {
        switch (value.getNodeType()) {
            case OBJECT -> appendObject(value, depth);
            case ARRAY -> appendArray(value, depth);
            case STRING -> appendText(value.textValue());
            case NUMBER ->
                    out.append(
                            value.isIntegralNumber()
                                    ? value.bigIntegerValue().toString()
                                    : repr(value.doubleValue()));
            case BOOLEAN -> out.append(value.booleanValue());
            case NULL -> out.append("null");
            case BINARY, MISSING, POJO ->
                    throw new IllegalArgumentException(value.getNodeType() + " is not of JSON");
        }
    }

    private void appendObject(JsonNode object, int depth) {
        List<Map.Entry<String, JsonNode>> fields =
                sorted
                        ? object.properties().stream().sorted(BY_CODE_POINTS).toList()
                        : List.copyOf(object.properties());
        String separator = "";
        out.append('{');
        for (var field : fields) {
            out.append(separator);
            newLine(depth + 1);
            appendText(field.getKey());
            out.append(spacing.colon);
            append(field.getValue(), depth + 1);
            separator = spacing.separator;
        }
        close('}', fields.isEmpty(), depth);
    }

    private void appendArray(JsonNode array, int depth) {
        String separator = "";
        out.append('[');
        for (JsonNode element : array) {
            out.append(separator);
            newLine(depth + 1);
            append(element, depth + 1);
            separator = spacing.separator;
        }
        close(']', array.isEmpty(), depth);
    }

    private void close(char bracket, boolean empty, int depth) {
        if (!empty) {
            newLine(depth);
        }
        out.append(bracket);
    }

    private void newLine(int depth) {
        if (spacing == Spacing.LINES) {
            out.append('\n').repeat("  ", depth);
        }
    }

    private void appendText(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || (ascii ? c > '~' : isLone(text, i))) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /// Whether it is half of a character, which UTF-8 cannot say.
    private static boolean isLone(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c)
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    /// A float as Python's `repr` writes it: the fewest digits that give the value back, of those
    /// the nearest.
    public static String repr(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        double size = Math.abs(value);
        if (Double.isInfinite(size)) {
            return sign + "Infinity";
        }
        if (size == 0) {
            return sign + "0.0";
        }
        BigDecimal shortest = shortest(size);
        String digits = shortest.unscaledValue().toString();
        // value = 0.digits * 10^point
        int point = digits.length() - shortest.scale();
        int exponent = point - 1;
        if (exponent < SMALL || exponent >= LARGE) {
            String rest = digits.length() == 1 ? "" : "." + digits.substring(1);
            return sign
                    + digits.charAt(0)
                    + rest
                    + (exponent < 0 ? "e-" : "e+")
                    + (Math.abs(exponent) < 10 ? "0" : "")
                    + Math.abs(exponent);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        return point >= digits.length()
                ? sign + digits + "0".repeat(point - digits.length()) + ".0"
                : sign + digits.substring(0, point) + "." + digits.substring(point);
    }

    /// Java's shortest form has two digits at least, even where one says it all.
    private static BigDecimal shortest(double size) {
        BigDecimal one = new BigDecimal(size).round(new MathContext(1));
        return one.doubleValue() == size
                ? one.stripTrailingZeros()
                : new BigDecimal(Double.toString(size)).stripTrailingZeros();
    }
}
