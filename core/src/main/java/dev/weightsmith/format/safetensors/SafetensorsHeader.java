package dev.weightsmith.format.safetensors;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;

/// What stands before the data: eight bytes of length, then that many bytes of JSON.
///
/// A header is valid where its tensors cover the data from the first to the last byte, without
/// holes and overlaps (docs/specs/hostile-inputs.md#safetensors).
///
/// @param bytes that stand before the data
/// @param tensors in the order of their bytes
/// @param offsets where each tensor begins in the file
record SafetensorsHeader(
        long bytes,
        List<TensorInfo> tensors,
        long[] offsets,
        SequencedMap<String, String> metadata,
        List<String> warnings) {

    /// Bytes of the length before the JSON.
    static final int LENGTH_BYTES = 8;

    /// The reference implementation's `MAX_HEADER_SIZE`.
    static final long LARGEST = 100_000_000;

    static SafetensorsHeader read(ByteSource file) throws IOException {
        long length = length(file);
        requireBrace(file);
        var parser = HeaderParser.parse(file, LENGTH_BYTES, length);
        var entries = parser.entries();
        entries.sort(
                Comparator.comparingLong(HeaderEntry::begin).thenComparingLong(HeaderEntry::end));
        requireCover(file, length, entries);
        long data = LENGTH_BYTES + length;
        return new SafetensorsHeader(
                data,
                entries.stream().map(HeaderEntry::tensor).toList(),
                entries.stream().mapToLong(entry -> data + entry.begin()).toArray(),
                Collections.unmodifiableSequencedMap(parser.metadata()),
                warnings(file, parser));
    }

    private static long length(ByteSource file) throws IOException {
        if (file.size() < LENGTH_BYTES) {
            throw FileException.malformed(
                    file.path(),
                    "is %d bytes, expected at least %d".formatted(file.size(), LENGTH_BYTES));
        }
        long length =
                ByteBuffer.wrap(file.bytes(0, LENGTH_BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
        long rest = file.size() - LENGTH_BYTES;
        if (length < 0 || length > rest) {
            throw FileException.malformed(
                    file.path(),
                    0,
                    "header length is %s, but only %d bytes follow"
                            .formatted(Long.toUnsignedString(length), rest));
        }
        if (length > LARGEST) {
            throw FileException.overLimit(
                    file.path(),
                    "header length is %d, expected at most %d".formatted(length, LARGEST));
        }
        return length;
    }

    /// The specification lets a header begin with nothing else; readers that skip spaces exist.
    private static void requireBrace(ByteSource file) throws IOException {
        if (file.size() == LENGTH_BYTES || file.bytes(LENGTH_BYTES, 1)[0] != '{') {
            throw FileException.malformed(
                    file.path(), LENGTH_BYTES, "header does not begin with '{'");
        }
    }

    private static void requireCover(ByteSource file, long length, List<HeaderEntry> entries)
            throws IOException {
        long end = 0;
        String before = "the header";
        for (var entry : entries) {
            if (entry.begin() != end) {
                throw FileException.malformed(
                        file.path(),
                        StrictJson.byteOffset(file, LENGTH_BYTES, length, entry.at()),
                        "tensor %s: data_offsets [%d, %d] %s: expected to begin at %d, where %s ends"
                                .formatted(
                                        Printable.name(entry.tensor().name()),
                                        entry.begin(),
                                        entry.end(),
                                        entry.begin() < end ? "overlap" : "leave a hole",
                                        end,
                                        before));
            }
            end = entry.end();
            before = "tensor " + Printable.name(entry.tensor().name());
        }
        long data = file.size() - LENGTH_BYTES - length;
        if (end > data) {
            throw FileException.malformed(
                    file.path(),
                    file.size(),
                    "%d bytes are missing: %s ends at %d, but the data are %d bytes"
                            .formatted(end - data, before, end, data));
        }
        if (end < data) {
            throw FileException.malformed(
                    file.path(),
                    LENGTH_BYTES + length + end,
                    "%d bytes belong to no tensor, after %s".formatted(data - end, before));
        }
    }

    private static List<String> warnings(ByteSource file, HeaderParser parser) {
        if (parser.entries().isEmpty()) {
            return List.of(Printable.text(file.path().toString()) + ": holds no tensors");
        }
        return parser.unknownField().stream()
                .map(field -> Printable.text(file.path().toString()) + ": " + field)
                .toList();
    }
}
