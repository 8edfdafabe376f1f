package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.checkpoint.TensorName;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the tensor infos of a header; each must begin where the one before ends, padded.
final class GgufTensorReader {
    /// Bytes of the shortest info: a name of one letter, no dimensions, type, offset.
    static final int SMALLEST_INFO = 8 + 1 + 4 + 4 + 8;

    static final int MOST_TENSORS = 1 << 20;

    /// ggml keeps names in 64 bytes with a NUL at the end.
    static final int LONGEST_NAME = 63;

    static final int MOST_DIMENSIONS = 4;

    private final Path path;
    private final GgufReader reader;
    private final int alignment;

    private final List<TensorInfo> tensors = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private long end;
    private long paddedEnd;

    GgufTensorReader(Path path, GgufReader reader, int alignment) {
        this.path = path;
        this.reader = reader;
        this.alignment = alignment;
    }

    void read(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            readOne();
        }
    }

    List<TensorInfo> tensors() {
        return tensors;
    }

    /// Offsets from the beginning of the data.
    List<Long> offsets() {
        return offsets;
    }

    /// Where the data end without the padding of the last tensor.
    long end() {
        return end;
    }

    /// Where they end with it.
    long paddedEnd() {
        return paddedEnd;
    }

    private void readOne() throws IOException {
        long at = reader.position();
        String name = name(at);
        long[] dimensions = dimensions(name, at);
        var info = info(name, at, dtype(name), dimensions);
        long offsetAt = reader.position();
        long offset = reader.u64();
        if (offset != paddedEnd) {
            throw FileException.malformed(
                    path,
                    offsetAt,
                    "tensor %s: offset is %s, expected %d where %s ends"
                            .formatted(
                                    Printable.name(name),
                                    Long.toUnsignedString(offset),
                                    paddedEnd,
                                    before()));
        }
        try {
            end = Math.addExact(offset, info.bytes());
            paddedEnd = ContiguousLayout.padded(end, alignment);
        } catch (ArithmeticException e) {
            throw malformed(name, at, "ends beyond 2^63 bytes");
        }
        tensors.add(info);
        offsets.add(offset);
    }

    private String name(long at) throws IOException {
        String name = reader.text("a tensor's name", GgufMetadataReader.LONGEST_KEY);
        if (name.isEmpty()) {
            throw FileException.malformed(path, at, "a tensor's name is empty");
        }
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_NAME) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    path,
                                    "tensor %s: name is %d bytes long, expected at most %d"
                                            .formatted(Printable.name(name), length, LONGEST_NAME))
                            .at(at)
                            .withHint(
                                    "llama.cpp refuses such a file too; convert the model again"));
        }
        var fault = TensorName.fault(name);
        if (fault.isPresent()) {
            throw malformed(name, at, "name " + fault.get());
        }
        return name;
    }

    /// The dimensions outermost first: the file has them the other way round.
    private long[] dimensions(String name, long at) throws IOException {
        long rank = reader.u32();
        if (rank > MOST_DIMENSIONS) {
            throw malformed(
                    name,
                    at,
                    "%d dimensions, expected at most %d".formatted(rank, MOST_DIMENSIONS));
        }
        long[] dimensions = new long[(int) rank];
        for (int i = dimensions.length - 1; i >= 0; i--) {
            dimensions[i] = reader.u64();
        }
        for (long dimension : dimensions) {
            if (dimension == 0) {
                throw unsupported(name, at, "a dimension is 0 in " + Arrays.toString(dimensions));
            }
        }
        return dimensions;
    }

    private DType dtype(String name) throws IOException {
        long at = reader.position();
        long number = reader.u32();
        var dtype = GgmlType.dtype(number);
        if (dtype.isEmpty()) {
            throw unsupported(name, at, "ggml type %d is not known".formatted(number));
        }
        return dtype.get();
    }

    private TensorInfo info(String name, long at, DType dtype, long[] dimensions)
            throws IOException {
        if (dtype.isQuantized() && dimensions.length < 2) {
            throw unsupported(name, at, "a vector in blocks of " + dtype);
        }
        try {
            return new TensorInfo(name, dtype, Shape.of(dimensions));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw malformed(
                    name, at, dtype + " " + Arrays.toString(dimensions) + ": " + e.getMessage());
        }
    }

    private String before() {
        return tensors.isEmpty()
                ? "the header"
                : "tensor " + Printable.name(tensors.getLast().name());
    }

    private FileException malformed(String name, long at, String message) {
        return FileException.malformed(
                path, at, "tensor %s: %s".formatted(Printable.name(name), message));
    }

    private FileException unsupported(String name, long at, String message) {
        return new FileException(
                Problem.of(
                                ErrorKind.UNSUPPORTED,
                                path,
                                "tensor %s: %s".formatted(Printable.name(name), message))
                        .at(at));
    }
}
