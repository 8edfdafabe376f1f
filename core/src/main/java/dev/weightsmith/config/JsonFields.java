package dev.weightsmith.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// The fields of a configuration file, each checked where it is read. A field that is null counts
/// as absent, as in Python.
///
/// @param prefix what stands before a field's name in messages, for example `rope_scaling.`
record JsonFields(Path file, String prefix, ObjectNode object) {
    /// The largest size that is believed: of a dimension, a vocabulary.
    static final int LARGEST_SIZE = 1 << 24;

    static JsonFields of(Path file, ObjectNode object) {
        return new JsonFields(file, "", object);
    }

    Optional<JsonNode> find(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /// A whole number from `least` to `most`.
    int integer(String name, int least, int most) throws FileException {
        return optionalInteger(name, least, most).orElseThrow(() -> missing(name));
    }

    /// A whole number from 1 to the largest size.
    int size(String name) throws FileException {
        return integer(name, 1, LARGEST_SIZE);
    }

    OptionalInt optionalInteger(String name, int least, int most) throws FileException {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        JsonNode number = value.get();
        if (!number.isIntegralNumber()
                || !number.canConvertToInt()
                || number.intValue() < least
                || number.intValue() > most) {
            throw wrong(name, number, "a whole number from %d to %d".formatted(least, most));
        }
        return OptionalInt.of(number.intValue());
    }

    /// A finite number above zero.
    double positive(String name) throws FileException {
        OptionalDouble value = optionalPositive(name);
        if (value.isEmpty()) {
            throw missing(name);
        }
        return value.getAsDouble();
    }

    OptionalDouble optionalPositive(String name) throws FileException {
        OptionalDouble value = optionalNumber(name);
        if (value.isPresent() && !((float) value.getAsDouble() > 0)) {
            throw wrong(name, object.get(name), "a number above 0");
        }
        return value;
    }

    /// A number that float32 holds.
    OptionalDouble optionalNumber(String name) throws FileException {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (!value.get().isNumber() || !Float.isFinite((float) value.get().doubleValue())) {
            throw wrong(name, value.get(), "a finite number");
        }
        return OptionalDouble.of(value.get().doubleValue());
    }

    Optional<String> optionalText(String name) throws FileException {
        Optional<JsonNode> value = find(name);
        if (value.isPresent() && !value.get().isTextual()) {
            throw wrong(name, value.get(), "text");
        }
        return value.map(JsonNode::textValue);
    }

    boolean flag(String name, boolean absent) throws FileException {
        Optional<JsonNode> value = find(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw wrong(name, value.get(), "true or false");
        }
        return value.map(JsonNode::booleanValue).orElse(absent);
    }

    Optional<JsonFields> optionalObject(String name) throws FileException {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof ObjectNode inner) {
            return Optional.of(new JsonFields(file, prefix + name + ".", inner));
        }
        throw wrong(name, value.get(), "an object");
    }

    /// @throws FileException if only a part of each head turns with the position
    void requireWholeHeads() throws FileException {
        String name = "partial_rotary_factor";
        OptionalDouble factor = optionalNumber(name);
        if (factor.isPresent() && factor.getAsDouble() != 1) {
            throw FileException.unsupported(
                    file, "%s%s is %s, expected 1".formatted(prefix, name, factor.getAsDouble()));
        }
    }

    FileException missing(String name) {
        return FileException.malformed(file, "%s%s is missing".formatted(prefix, name));
    }

    FileException wrong(String name, JsonNode found, String expected) {
        String shown =
                found.getNodeType() == JsonNodeType.OBJECT
                                || found.getNodeType() == JsonNodeType.ARRAY
                        ? "an " + found.getNodeType().name().toLowerCase(Locale.ROOT)
                        : Printable.text(found.toString());
        return FileException.malformed(
                file, "%s%s is %s, expected %s".formatted(prefix, name, shown, expected));
    }
}
