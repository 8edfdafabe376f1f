package dev.weightsmith.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.io.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// JSON as its specification says and no wider: strict UTF-8, no duplicate keys, nothing after the
/// value, bounded depth and lengths. What two readers could take differently is an error.
public final class StrictJson {
    /// The largest configuration file that is read, in bytes.
    private static final int LARGEST_FILE = 16 << 20;

    private StrictJson() {}

    /// The object in a configuration file such as `config.json`.
    ///
    /// @throws FileException if the file is not there, too large, or does not hold one JSON object
    public static ObjectNode readObject(Path path) throws IOException {
        return readObject(path, LARGEST_FILE);
    }

    /// The same for a file that may be larger than those usually are.
    ///
    /// @param largest bytes
    public static ObjectNode readObject(Path path, int largest) throws IOException {
        if (read(path, largest) instanceof ObjectNode object) {
            return object;
        }
        throw FileException.malformed(path, "expected a JSON object");
    }

    /// The list in a file.
    ///
    /// @throws FileException if the file is not there, too large, or does not hold one JSON array
    public static ArrayNode readArray(Path path) throws IOException {
        if (read(path, LARGEST_FILE) instanceof ArrayNode array) {
            return array;
        }
        throw FileException.malformed(path, "expected a JSON array");
    }

    private static JsonNode read(Path path, int largest) throws IOException {
        try (var file = InputFile.open(path)) {
            if (file.size() > largest) {
                throw FileException.overLimit(
                        path, "is " + file.size() + " bytes, expected at most " + largest);
            }
            String text = text(path, 0, file.bytes(0, (int) file.size()));
            return mapper(64, largest).readTree(text);
        } catch (JsonProcessingException e) {
            throw malformed(path, 0, e);
        }
    }

    /// A parser over `text`, for headers that are too large or too hostile to bind.
    public static JsonParser parser(String text, int depth) throws IOException {
        return factory(depth, text.length()).createParser(text);
    }

    /// A parser over a part of `file`, which is decoded strictly and in bounded memory.
    ///
    /// @param offset where the JSON begins
    /// @param length its bytes
    public static JsonParser parser(ByteSource file, long offset, long length, int depth)
            throws IOException {
        return factory(depth, length).createParser(new Utf8Reader(file, offset, length));
    }

    /// Where in `file` the character stands that is `characters` after byte `offset`.
    public static long byteOffset(ByteSource file, long offset, long length, long characters)
            throws IOException {
        long at = offset;
        try (var reader = new Utf8Reader(file, offset, length)) {
            var buffer = new char[1 << 12];
            long left = characters;
            while (left > 0) {
                int count = reader.read(buffer, 0, buffer.length);
                if (count < 0) {
                    break;
                }
                for (int i = 0; i < Math.min(left, count); i++) {
                    at += utf8Length(buffer[i]);
                }
                left -= count;
            }
        }
        return at;
    }

    /// A character beyond the first 65,536 is two surrogates and four bytes.
    private static int utf8Length(char character) {
        if (character < 0x80) {
            return 1;
        }
        return character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
    }

    /// `bytes` as text.
    ///
    /// @param offset where they stand in the file, for the message
    /// @throws FileException if they are not valid UTF-8
    public static String text(Path path, long offset, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
        } catch (CharacterCodingException e) {
            throw FileException.malformed(path, offset + buffer.position(), "is not valid UTF-8");
        }
    }

    /// A parser's complaint as an error that names the file, without a copy of its content.
    public static FileException malformed(Path path, long offset, JsonProcessingException e) {
        var location = e.getLocation();
        long at = location == null ? 0 : Math.max(0, location.getCharOffset());
        return FileException.malformed(
                path, offset + at, "is not valid JSON: " + firstLine(e.getOriginalMessage()));
    }

    /// The same for a parser over a part of a file.
    public static FileException malformed(
            ByteSource file, long offset, long length, JsonProcessingException e)
            throws IOException {
        var location = e.getLocation();
        long characters = location == null ? 0 : Math.max(0, location.getCharOffset());
        return FileException.malformed(
                file.path(),
                byteOffset(file, offset, length, characters),
                "is not valid JSON: " + firstLine(e.getOriginalMessage()));
    }

    /// Messages of the parser may quote names from the file.
    private static String firstLine(String message) {
        return Printable.text(message.lines().findFirst().orElse(""));
    }

    private static JsonMapper mapper(int depth, int length) {
        return JsonMapper.builder(factory(depth, length))
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .build();
    }

    private static JsonFactory factory(int depth, long length) {
        int longestString = Math.clamp(length, 1, Integer.MAX_VALUE);
        return JsonFactory.builder()
                // Tables of names pay off for names that come again; ours are all different.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(depth)
                                .maxNumberLength(32)
                                .maxNameLength(1 << 16)
                                .maxStringLength(longestString)
                                .maxDocumentLength(Math.max(1, length))
                                .build())
                .build();
    }
}
