package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

/// What stands before the data of one GGUF file (docs/specs/gguf.md#file-layout), checked by the
/// rules of docs/specs/hostile-inputs.md#gguf.
///
/// @param bytes that stand before the data
/// @param tensors in the order of their bytes
/// @param offsets where each tensor begins in the file
record GgufHeader(
        long bytes,
        int version,
        SequencedMap<String, GgufValue> metadata,
        List<TensorInfo> tensors,
        long[] offsets) {

    /// The bytes `GGUF`, read as a little-endian number.
    static final long MAGIC = 0x46554747;

    /// The version that is written; 2 differs in nothing that we read.
    static final int VERSION = 3;

    static final int DEFAULT_ALIGNMENT = 32;
    static final int LARGEST_ALIGNMENT = 1 << 20;
    static final String ALIGNMENT_KEY = "general.alignment";

    static GgufHeader read(ByteSource file) throws IOException {
        Path path = file.path();
        var reader = new GgufReader(file);
        if (reader.u32() != MAGIC) {
            throw FileException.malformed(path, 0, "does not begin with GGUF");
        }
        int version = version(path, reader.u32());
        long at = reader.position();
        long tensorCount = reader.u64();
        long pairCount = reader.u64();
        int pairs =
                reader.count(
                        "metadata values",
                        pairCount,
                        at + 8,
                        GgufMetadataReader.SMALLEST_PAIR,
                        GgufMetadataReader.MOST_PAIRS);
        int count =
                reader.count(
                        "tensors",
                        tensorCount,
                        at,
                        GgufTensorReader.SMALLEST_INFO,
                        GgufTensorReader.MOST_TENSORS);
        var metadata = new GgufMetadataReader(path, reader).pairs(pairs);
        int alignment = alignment(path, metadata);
        var tensors = new GgufTensorReader(path, reader, alignment);
        tensors.read(count);
        long data = dataBegin(file, reader.position(), alignment, tensors);
        return new GgufHeader(
                data,
                version,
                Collections.unmodifiableSequencedMap(metadata),
                List.copyOf(tensors.tensors()),
                tensors.offsets().stream().mapToLong(offset -> data + offset).toArray());
    }

    private static int version(Path path, long version) throws FileException {
        if (version == 2 || version == VERSION) {
            return (int) version;
        }
        if (version != 0 && (version & 0xffff) == 0) {
            throw new FileException(
                    Problem.of(ErrorKind.UNSUPPORTED, path, "is a big-endian GGUF file")
                            .at(4)
                            .withHint("convert it with llama.cpp's gguf_convert_endian.py"));
        }
        if (version == 0) {
            throw FileException.malformed(path, 4, "GGUF version is 0, expected 2 or 3");
        }
        throw new FileException(
                Problem.of(
                                ErrorKind.UNSUPPORTED,
                                path,
                                "GGUF version is %d, expected 2 or 3".formatted(version))
                        .at(4)
                        .withHint("convert the original model again"));
    }

    private static int alignment(Path path, SequencedMap<String, GgufValue> metadata)
            throws FileException {
        return switch (metadata.get(ALIGNMENT_KEY)) {
            case null -> DEFAULT_ALIGNMENT;
            case GgufValue.U32(long value) when isAlignment(value) -> (int) value;
            case GgufValue other ->
                    throw FileException.malformed(
                            path,
                            "%s is %s, expected a power of two up to %d as U32"
                                    .formatted(
                                            ALIGNMENT_KEY,
                                            Printable.text(other.toString()),
                                            LARGEST_ALIGNMENT));
        };
    }

    static boolean isAlignment(long value) {
        return value >= 1 && value <= LARGEST_ALIGNMENT && Long.bitCount(value) == 1;
    }

    /// Compares what the tensors need with the file. The padding after the last tensor, or after
    /// the header of a file without tensors, may be missing: some writers leave it out.
    private static long dataBegin(
            ByteSource file, long headerEnd, int alignment, GgufTensorReader tensors)
            throws FileException {
        long begin = ContiguousLayout.padded(headerEnd, alignment);
        boolean empty = tensors.tensors().isEmpty();
        long least = empty ? headerEnd : exactSum(file, begin, tensors.end());
        long most = empty ? begin : exactSum(file, begin, tensors.paddedEnd());
        if (file.size() < least) {
            throw FileException.malformed(
                    file.path(),
                    file.size(),
                    "%d bytes are missing: tensor %s ends at byte %d"
                            .formatted(
                                    least - file.size(),
                                    Printable.name(tensors.tensors().getLast().name()),
                                    least));
        }
        if (file.size() > most) {
            throw FileException.malformed(
                    file.path(),
                    most,
                    "%d bytes follow the last tensor".formatted(file.size() - most));
        }
        return begin;
    }

    private static long exactSum(ByteSource file, long begin, long length) throws FileException {
        try {
            return Math.addExact(begin, length);
        } catch (ArithmeticException e) {
            throw FileException.malformed(file.path(), "tensors end beyond 2^63 bytes");
        }
    }
}
