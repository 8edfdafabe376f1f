package dev.weightsmith.output;

import dev.weightsmith.format.gguf.GgufValue;
import java.nio.charset.StandardCharsets;

/// `KEY=TYPE:VALUE`: a metadata value that the user wants in the output, in llama.cpp's words.
///
/// @param value U32, F32, Bool or Text, as llama.cpp writes them
public record MetadataOverride(String key, GgufValue value) {
    /// What llama.cpp has room for.
    static final int LONGEST = 127;

    /// Reads `KEY=TYPE:VALUE`; TYPE is `int`, `float`, `bool` or `str`.
    ///
    /// @throws IllegalArgumentException if it is not of this form
    public static MetadataOverride parse(String text) {
        int equals = text.indexOf('=');
        int colon = text.indexOf(':', equals + 1);
        if (equals < 1 || colon < 0) {
            throw new IllegalArgumentException(
                    "'%s' is not KEY=TYPE:VALUE, for example general.name=str:My model"
                            .formatted(text));
        }
        String key = text.substring(0, equals);
        requireShort("key", key);
        return new MetadataOverride(
                key, value(text.substring(equals + 1, colon), text.substring(colon + 1)));
    }

    private static GgufValue value(String type, String value) {
        return switch (type) {
            case "int" -> new GgufValue.U32(unsigned(value));
            case "float" -> new GgufValue.F32(number(value));
            case "bool" ->
                    switch (value) {
                        case "true" -> new GgufValue.Bool(true);
                        case "false" -> new GgufValue.Bool(false);
                        default ->
                                throw new IllegalArgumentException(
                                        "'%s' is neither true nor false".formatted(value));
                    };
            case "str" -> {
                requireShort("text", value);
                yield new GgufValue.Text(value);
            }
            default ->
                    throw new IllegalArgumentException(
                            "'%s' is no type of a value, expected int, float, bool or str"
                                    .formatted(type));
        };
    }

    /// llama.cpp writes every integer as U32 and drops the sign of a negative one.
    private static long unsigned(String text) {
        try {
            return Integer.toUnsignedLong(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' is no whole number from 0 to 4294967295".formatted(text), e);
        }
    }

    private static float number(String text) {
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is no number".formatted(text), e);
        }
    }

    private static void requireShort(String what, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            throw new IllegalArgumentException(
                    "a %s of %d bytes, expected at most %d".formatted(what, length, LONGEST));
        }
    }
}
