package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.JoinedCheckpoint;
import dev.weightsmith.checkpoint.SingleFile;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// A GGUF model in one file or in several that were split from it.
public final class GgufFile implements Checkpoint {
    private final JoinedCheckpoint parts;
    private final SequencedMap<String, GgufValue> metadata;

    private GgufFile(JoinedCheckpoint parts, SequencedMap<String, GgufValue> metadata) {
        this.parts = parts;
        this.metadata = metadata;
    }

    /// Opens the model of which `path` is the file or any part; the other parts are found beside
    /// it.
    ///
    /// @throws FileException if a file breaks a rule of the format, or a part is missing or of
    ///   another model
    public static GgufFile open(Path path) throws IOException {
        var opened = GgufPart.open(path);
        try {
            long count = GgufSplit.number(opened, GgufSplit.COUNT).orElse(1L);
            if (count > 1) {
                opened.close();
                return openAll(path, siblings(path, count));
            }
            return new GgufFile(
                    new JoinedCheckpoint(path, opened.container(), List.of(opened), List.of()),
                    opened.metadata());
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /// Whether `file` begins like a GGUF file; opening it may still fail.
    public static boolean recognises(ByteSource file) throws IOException {
        return file.size() >= Integer.BYTES
                && ByteBuffer.wrap(file.bytes(0, Integer.BYTES))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt()
                        == GgufHeader.MAGIC;
    }

    private static List<Path> siblings(Path path, long count) throws FileException {
        var name = GgufPartName.parse(path);
        if (name.isEmpty() || name.get().count() != count) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    path,
                                    "is one of %d parts, but its name does not say which"
                                            .formatted(count))
                            .withHint("parts are named like model-00001-of-00002.gguf"));
        }
        var files =
                IntStream.rangeClosed(1, name.get().count())
                        .mapToObj(i -> path.resolveSibling(name.get().withNumber(i).toString()))
                        .toList();
        for (var file : files) {
            if (!Files.exists(file)) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.MALFORMED,
                                        path,
                                        "part %s is missing"
                                                .formatted(
                                                        Printable.name(
                                                                String.valueOf(
                                                                        file.getFileName()))))
                                .withHint("all parts must lie in one folder"));
            }
        }
        return files;
    }

    private static GgufFile openAll(Path path, List<Path> files) throws IOException {
        var parts = JoinedCheckpoint.openAll(files, GgufPart::open);
        try {
            GgufSplit.requireOneModel(parts);
            var container = "%s, %d parts".formatted(parts.getFirst().container(), parts.size());
            var metadata = new LinkedHashMap<>(parts.getFirst().metadata());
            GgufSplit.KEYS.forEach(metadata::remove);
            return new GgufFile(
                    new JoinedCheckpoint(path, container, parts, List.of()),
                    Collections.unmodifiableSequencedMap(metadata));
        } catch (IOException | RuntimeException e) {
            JoinedCheckpoint.closeAfter(e, parts);
            throw e;
        }
    }

    /// The key-value pairs in the order of the file: of the first part, without its `split.*`,
    /// where there are several.
    public SequencedMap<String, GgufValue> metadata() {
        return metadata;
    }

    /// The tensors of each file, in the order of their bytes.
    public List<List<TensorInfo>> tensorsByFile() {
        return parts.parts().stream().map(Checkpoint::tensors).toList();
    }

    @Override
    public List<SingleFile> parts() {
        return parts.parts();
    }

    @Override
    public Path path() {
        return parts.path();
    }

    @Override
    public String container() {
        return parts.container();
    }

    @Override
    public List<TensorInfo> tensors() {
        return parts.tensors();
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return parts.find(name);
    }

    @Override
    public void readRows(TensorInfo tensor, long first, long count, MemorySegment destination)
            throws IOException {
        parts.readRows(tensor, first, count, destination);
    }

    @Override
    public void verify() throws IOException {
        parts.verify();
    }

    @Override
    public List<Path> files() {
        return parts.files();
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
