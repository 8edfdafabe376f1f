package dev.weightsmith.quantize;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;

/// An importance matrix in the form that `llama-imatrix` wrote before GGUF, usually named `.dat`
/// (docs/specs/quantization.md#importance-matrices-before-gguf). It begins without a mark, so that
/// only its lengths tell whether a file is one.
final class LegacyImportance {
    /// A name and three numbers.
    private static final int SMALLEST_ENTRY = 16;

    private static final int LONGEST_NAME = 1024;

    private final Path path;
    private final ByteBuffer bytes;

    private LegacyImportance(Path path, byte[] bytes) {
        this.path = path;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ImportanceMatrix read(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            return new LegacyImportance(path, file.bytes(0, (int) file.size())).matrix();
        }
    }

    private ImportanceMatrix matrix() throws IOException {
        int count = number("a number of entries");
        if (count < 1 || count > bytes.remaining() / SMALLEST_ENTRY) {
            throw malformed(
                    0,
                    "%d entries are announced, but %d bytes follow"
                            .formatted(count, bytes.remaining()));
        }
        var entries = new LinkedHashMap<String, float[]>();
        for (int i = 0; i < count; i++) {
            String name = text(LONGEST_NAME);
            // Of two entries of one name the last counts, in its own place.
            entries.remove(name);
            entries.put(name, entry());
        }
        if (!bytes.hasRemaining()) {
            return new ImportanceMatrix(path, entries, Optional.empty(), 0);
        }
        int chunks = number("the number of chunks");
        String dataset = text(bytes.remaining());
        if (bytes.hasRemaining()) {
            throw malformed(bytes.position(), bytes.remaining() + " bytes follow the last value");
        }
        return new ImportanceMatrix(
                path,
                entries,
                Optional.of(dataset).filter(name -> !name.isEmpty()),
                Math.max(0, chunks));
    }

    private float[] entry() throws IOException {
        int calls = number("the number of calls");
        int at = bytes.position();
        int count = number("the number of values");
        if (count < 1 || count > bytes.remaining() / Float.BYTES) {
            throw malformed(
                    at,
                    "%d values are announced, but %d bytes follow"
                            .formatted(count, bytes.remaining()));
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            float value = bytes.getFloat();
            values[i] = calls > 0 ? value / (float) calls : value;
        }
        return values;
    }

    private String text(int longest) throws IOException {
        int at = bytes.position();
        int length = number("the length of a name");
        if (length < 0 || length > bytes.remaining() || length > longest) {
            throw malformed(
                    at,
                    "a name of %d bytes is announced, but %d bytes follow, of which a name takes at most %d"
                            .formatted(length, bytes.remaining(), longest));
        }
        int from = bytes.position();
        byte[] text = new byte[length];
        bytes.get(text);
        return StrictJson.text(path, from, text);
    }

    private int number(String what) throws FileException {
        if (bytes.remaining() < Integer.BYTES) {
            throw malformed(bytes.position(), "ends where %s is expected".formatted(what));
        }
        return bytes.getInt();
    }

    private FileException malformed(int offset, String message) {
        return new FileException(
                Problem.of(ErrorKind.MALFORMED, path, message)
                        .at(offset)
                        .withHint("an importance matrix is written by llama-imatrix"));
    }
}
