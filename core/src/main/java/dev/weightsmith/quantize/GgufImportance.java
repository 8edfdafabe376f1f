package dev.weightsmith.quantize;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// An importance matrix as GGUF (docs/specs/quantization.md#importance-matrices-in-gguf): for each
/// entry the sums of squares and how many were summed.
final class GgufImportance {
    private static final String SUMS = ".in_sum2";
    private static final String COUNTS = ".counts";

    private final GgufFile file;
    private long bytesRead;

    private GgufImportance(GgufFile file) {
        this.file = file;
    }

    static ImportanceMatrix read(Path path) throws IOException {
        try (var file = GgufFile.open(path)) {
            return new GgufImportance(file).matrix();
        }
    }

    private ImportanceMatrix matrix() throws IOException {
        Optional<String> dataset =
                switch (required("imatrix.datasets")) {
                    case GgufValue.Texts(List<String> names) -> names.stream().findFirst();
                    case GgufValue _ -> throw malformed("imatrix.datasets is no array of strings");
                };
        long chunks = unsigned("imatrix.chunk_count");
        // Not used, but a file without it is not an importance matrix for llama.cpp.
        unsigned("imatrix.chunk_size");
        var entries = new LinkedHashMap<String, float[]>();
        for (TensorInfo sums : file.tensors()) {
            if (sums.name().endsWith(SUMS)) {
                String name = sums.name().substring(0, sums.name().length() - SUMS.length());
                entries.put(name, means(sums, counts(name)));
            }
        }
        for (TensorInfo tensor : file.tensors()) {
            String name = tensor.name();
            if (name.endsWith(COUNTS)
                    && !entries.containsKey(name.substring(0, name.length() - COUNTS.length()))) {
                throw malformed(
                        "tensor %s stands without its %s".formatted(Printable.name(name), SUMS));
            }
        }
        if (entries.isEmpty()) {
            throw malformed("holds no entry");
        }
        return new ImportanceMatrix(file.path(), entries, dataset, chunks);
    }

    private TensorInfo counts(String name) throws FileException {
        return file.find(name + COUNTS)
                .orElseThrow(() ->
                        malformed(
                                "tensor %s stands without its %s"
                                        .formatted(Printable.name(name + SUMS), COUNTS)));
    }

    private float[] means(TensorInfo sums, TensorInfo counts) throws IOException {
        float[] means = floats(sums);
        float[] numbers = floats(counts);
        if (numbers.length == 0 || means.length % numbers.length != 0) {
            throw malformed(
                    "tensor %s has %d values for %d counts"
                            .formatted(Printable.name(sums.name()), means.length, numbers.length));
        }
        int columns = means.length / numbers.length;
        for (int i = 0; i < means.length; i++) {
            float count = whole(numbers[i / columns]);
            means[i] = count > 0 ? means[i] / count : 1;
        }
        return means;
    }

    /// To the nearest integer, halves away from zero; out of an integer's range is no count.
    private static float whole(float count) {
        return count >= 0.5f && count < 0x1p31f ? (float) (int) ((double) count + 0.5) : 0;
    }

    private float[] floats(TensorInfo tensor) throws IOException {
        if (tensor.dtype() != DType.F32) {
            throw malformed(
                    "tensor %s is %s, expected F32"
                            .formatted(Printable.name(tensor.name()), tensor.dtype()));
        }
        // One file is limited, but it may be one of many parts.
        bytesRead = Math.addExact(bytesRead, tensor.bytes());
        if (bytesRead > ImportanceMatrix.LARGEST_FILE) {
            throw FileException.overLimit(
                    file.path(),
                    "holds more than %d bytes".formatted(ImportanceMatrix.LARGEST_FILE));
        }
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        file.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(bytes));
        return MemorySegment.ofArray(bytes)
                .toArray(JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    private GgufValue required(String key) throws FileException {
        return Optional.ofNullable(file.metadata().get(key))
                .orElseThrow(
                        () -> malformed("is no importance matrix: %s is missing".formatted(key)));
    }

    private long unsigned(String key) throws FileException {
        return switch (required(key)) {
            case GgufValue.U32(long value) -> value;
            case GgufValue _ -> throw malformed(key + " is no unsigned 32-bit number");
        };
    }

    private FileException malformed(String message) {
        return FileException.malformed(file.path(), message);
    }
}
