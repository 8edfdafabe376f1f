package dev.weightsmith.format.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.weightsmith.checkpoint.TensorName;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads the JSON of a header token by token. Nothing is bound: a header may hold a million
/// tensors, or an attack.
///
/// Duplicate keys, depth and lengths are the parser's to refuse; the rest is refused here. Whether
/// the tensors cover the file is [SafetensorsHeader]'s question.
final class HeaderParser {
    private static final int DEPTH = 8;
    private static final int MOST_DIMENSIONS = 8;
    private static final int MOST_TENSORS = 1 << 20;

    private final ByteSource file;
    private final long begin;
    private final long length;
    private final JsonParser json;

    private final List<HeaderEntry> entries = new ArrayList<>();
    private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
    private Optional<String> unknownField = Optional.empty();

    private HeaderParser(ByteSource file, long begin, long length) throws IOException {
        this.file = file;
        this.begin = begin;
        this.length = length;
        this.json = StrictJson.parser(file, begin, length, DEPTH);
    }

    /// Reads the `length` bytes of JSON that begin at byte `begin`.
    static HeaderParser parse(ByteSource file, long begin, long length) throws IOException {
        var parser = new HeaderParser(file, begin, length);
        try {
            parser.header();
        } catch (JsonProcessingException e) {
            throw StrictJson.malformed(file, begin, length, e);
        }
        return parser;
    }

    /// The tensors in the order of the header.
    List<HeaderEntry> entries() {
        return entries;
    }

    /// The strings of `__metadata__`.
    SequencedMap<String, String> metadata() {
        return metadata;
    }

    /// The first field that the format does not know, with the tensor that has it.
    Optional<String> unknownField() {
        return unknownField;
    }

    private void header() throws IOException {
        require(json.nextToken() == JsonToken.START_OBJECT, "header is no JSON object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (name.equals("__metadata__")) {
                metadataObject();
            } else {
                entry(name);
            }
        }
        require(json.nextToken() == null, "header goes on after its JSON object");
    }

    private void metadataObject() throws IOException {
        require(json.nextToken() == JsonToken.START_OBJECT, "__metadata__ is no JSON object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            requireName("__metadata__ key", key);
            require(
                    json.nextToken() == JsonToken.VALUE_STRING,
                    "__metadata__ value of %s is no string".formatted(Printable.name(key)));
            metadata.put(key, json.getText());
        }
    }

    private void entry(String name) throws IOException {
        long at = position();
        if (entries.size() == MOST_TENSORS) {
            throw FileException.overLimit(
                    file.path(), "holds more than %d tensors".formatted(MOST_TENSORS));
        }
        requireName("tensor", name);
        require(
                json.nextToken() == JsonToken.START_OBJECT,
                tensor(name, "its entry is no JSON object"));
        DType dtype = null;
        long[] dimensions = null;
        long[] range = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> dtype = dtype(name);
                case "shape" -> dimensions = numbers(name, field, MOST_DIMENSIONS);
                case "data_offsets" -> range = numbers(name, field, 2);
                default -> {
                    json.skipChildren();
                    if (unknownField.isEmpty()) {
                        unknownField =
                                Optional.of(tensor(name, "unknown field " + Printable.name(field)));
                    }
                }
            }
        }
        var type = present(dtype, at, name, "dtype");
        var shape = shape(name, at, present(dimensions, at, name, "shape"));
        var offsets = present(range, at, name, "data_offsets");
        if (offsets.length != 2) {
            throw malformed(at, tensor(name, "data_offsets are not two numbers"));
        }
        var info = info(name, at, type, shape);
        requireRange(info, at, offsets[0], offsets[1]);
        entries.add(new HeaderEntry(info, offsets[0], offsets[1], at));
    }

    private DType dtype(String tensor) throws IOException {
        require(
                json.currentToken() == JsonToken.VALUE_STRING,
                tensor(tensor, "dtype is no string"));
        String name = json.getText();
        var dtype = SafetensorsTypes.find(name);
        if (dtype.isEmpty()) {
            throw unsupported(
                    position(),
                    tensor(tensor, "dtype %s is not known".formatted(Printable.name(name))));
        }
        return dtype.get();
    }

    private long[] numbers(String tensor, String field, int most) throws IOException {
        require(
                json.currentToken() == JsonToken.START_ARRAY,
                tensor(tensor, field + " is no JSON array"));
        long[] numbers = new long[most];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(count < most, tensor(tensor, field + " holds more than " + most + " numbers"));
            numbers[count++] = number(tensor, field);
        }
        return Arrays.copyOf(numbers, count);
    }

    /// The reference reader takes neither `8.0` nor `-0` for a whole number.
    private long number(String tensor, String field) throws IOException {
        boolean whole =
                json.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        && !json.getText().startsWith("-");
        require(
                whole,
                tensor(
                        tensor,
                        field
                                + " holds "
                                + Printable.name(json.getText())
                                + ", expected whole numbers from 0 to 2^63"));
        return json.getLongValue();
    }

    private Shape shape(String tensor, long at, long[] dimensions) throws IOException {
        try {
            return Shape.of(dimensions);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw malformed(
                    at,
                    tensor(
                            tensor,
                            "shape %s: %s".formatted(Arrays.toString(dimensions), e.getMessage())));
        }
    }

    private TensorInfo info(String tensor, long at, DType dtype, Shape shape) throws IOException {
        int block = dtype.blockElements();
        if (shape.elements() % block != 0) {
            throw malformed(at, tensor(tensor, "%s %s is no whole bytes".formatted(dtype, shape)));
        }
        // Tensors are read as rows, and a row must begin at a byte.
        if (block > 1 && shape.columns() % block != 0) {
            throw unsupported(
                    at, tensor(tensor, "rows of %s %s are no whole bytes".formatted(dtype, shape)));
        }
        try {
            return new TensorInfo(tensor, dtype, shape);
        } catch (ArithmeticException e) {
            throw malformed(at, tensor(tensor, dtype + " " + shape + ": " + e.getMessage()));
        }
    }

    private void requireRange(TensorInfo tensor, long at, long begin, long end) throws IOException {
        String name = tensor.name();
        if (end < begin) {
            throw malformed(
                    at,
                    tensor(name, "data_offsets end at %d, before begin %d".formatted(end, begin)));
        }
        if (end - begin != tensor.bytes()) {
            throw malformed(
                    at,
                    tensor(
                            name,
                            "data_offsets [%d, %d] hold %d bytes, expected %d for %s"
                                    .formatted(begin, end, end - begin, tensor.bytes(), tensor)));
        }
    }

    private void requireName(String what, String name) throws IOException {
        var fault = TensorName.fault(name);
        if (fault.isPresent()) {
            throw malformed(position(), what + " " + Printable.name(name) + " " + fault.get());
        }
    }

    private <T> T present(@Nullable T value, long at, String tensor, String field)
            throws IOException {
        if (value == null) {
            throw malformed(at, tensor(tensor, field + " is missing"));
        }
        return value;
    }

    private void require(boolean holds, String message) throws IOException {
        if (!holds) {
            throw malformed(position(), message);
        }
    }

    private static String tensor(String name, String message) {
        return "tensor " + Printable.name(name) + ": " + message;
    }

    /// The character at which the current token begins.
    private long position() {
        return Math.max(0, json.currentTokenLocation().getCharOffset());
    }

    private FileException malformed(long at, String message) throws IOException {
        return FileException.malformed(file.path(), byteOffset(at), message);
    }

    private FileException unsupported(long at, String message) throws IOException {
        var plain = FileException.unsupported(file.path(), message).problem();
        Problem placed = plain.at(byteOffset(at));
        return new FileException(placed);
    }

    private long byteOffset(long at) throws IOException {
        return StrictJson.byteOffset(file, begin, length, at);
    }
}
