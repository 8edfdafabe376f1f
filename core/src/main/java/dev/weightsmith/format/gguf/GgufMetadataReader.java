package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.TensorName;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Reads the key-value pairs of a header.
final class GgufMetadataReader {
    /// Bytes of the shortest pair: a key of one letter, its type, a value of one byte.
    static final int SMALLEST_PAIR = 8 + 1 + 4 + 1;

    static final int MOST_PAIRS = 1 << 16;
    static final int LONGEST_KEY = 65_535;
    private static final long LONGEST_TEXT = 64 << 20;
    private static final int LONGEST_ARRAY = 1 << 24;
    private static final long LARGEST_METADATA = 512 << 20;

    private final Path path;
    private final GgufReader reader;

    GgufMetadataReader(Path path, GgufReader reader) {
        this.path = path;
        this.reader = reader;
    }

    SequencedMap<String, GgufValue> pairs(int count) throws IOException {
        var pairs = new LinkedHashMap<String, GgufValue>();
        for (int i = 0; i < count; i++) {
            long at = reader.position();
            String key = key(at);
            if (pairs.containsKey(key)) {
                throw FileException.malformed(
                        path, at, "key %s is there twice".formatted(Printable.name(key)));
            }
            pairs.put(key, value(key));
            if (reader.position() > LARGEST_METADATA) {
                throw FileException.overLimit(
                        path, "metadata are over %d bytes".formatted(LARGEST_METADATA));
            }
        }
        return pairs;
    }

    private String key(long at) throws IOException {
        String key = reader.text("a key", LONGEST_KEY);
        if (key.isEmpty()) {
            throw FileException.malformed(path, at, "a key is empty");
        }
        var fault = TensorName.fault(key);
        if (fault.isPresent()) {
            throw FileException.malformed(
                    path, at, "key %s %s".formatted(Printable.name(key), fault.get()));
        }
        return key;
    }

    private GgufValue value(String key) throws IOException {
        return switch (type(key, "value")) {
            case STRING -> new GgufValue.Text(reader.text(of(key), LONGEST_TEXT));
            case ARRAY -> array(key);
            case BOOL -> new GgufValue.Bool(bool(key));
            case GgufType type -> type.value(reader.bytes(type.smallestSize()), 0);
        };
    }

    private GgufValue array(String key) throws IOException {
        long at = reader.position();
        var type = type(key, "element");
        if (type == GgufType.ARRAY) {
            throw new FileException(
                    FileException.unsupported(path, of(key) + " is an array of arrays")
                            .problem()
                            .at(at));
        }
        at = reader.position();
        int count =
                reader.count(
                        "elements of " + of(key),
                        reader.u64(),
                        at,
                        type.smallestSize(),
                        LONGEST_ARRAY);
        return switch (type) {
            case STRING -> texts(key, count);
            case FLOAT32 -> floats(count);
            case INT32 -> ints(count);
            case BOOL -> bools(key, count);
            default -> new GgufValue.Values(type, reader.bytes(count * type.smallestSize()));
        };
    }

    private GgufValue texts(String key, int count) throws IOException {
        var texts = new ArrayList<String>();
        String what = "an element of " + of(key);
        for (int i = 0; i < count; i++) {
            texts.add(reader.text(what, LONGEST_TEXT));
        }
        return new GgufValue.Texts(texts);
    }

    private GgufValue floats(int count) throws IOException {
        float[] values = new float[count];
        littleEndian(count * Float.BYTES).asFloatBuffer().get(values);
        return new GgufValue.F32s(values);
    }

    private GgufValue ints(int count) throws IOException {
        int[] values = new int[count];
        littleEndian(count * Integer.BYTES).asIntBuffer().get(values);
        return new GgufValue.I32s(values);
    }

    private ByteBuffer littleEndian(int length) throws IOException {
        return ByteBuffer.wrap(reader.bytes(length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private GgufValue bools(String key, int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (bool(key) ? 1 : 0);
        }
        return new GgufValue.Values(GgufType.BOOL, bytes);
    }

    private boolean bool(String key) throws IOException {
        long at = reader.position();
        int value = reader.u8();
        if (value > 1) {
            throw FileException.malformed(
                    path, at, "%s is a bool of %s, expected 0 or 1".formatted(of(key), value));
        }
        return value == 1;
    }

    private GgufType type(String key, String what) throws IOException {
        long at = reader.position();
        long number = reader.u32();
        var type = GgufType.find(number);
        if (type.isEmpty()) {
            throw FileException.malformed(
                    path, at, "%s: %s type %d is not known".formatted(of(key), what, number));
        }
        return type.get();
    }

    private static String of(String key) {
        return "value of " + Printable.name(key);
    }
}
