package dev.weightsmith.format.gguf;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.StoredTensors;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// One GGUF file, which is a whole model or a part of one.
final class GgufPart implements Checkpoint {
    private final InputFile file;
    private final GgufHeader header;
    private final StoredTensors tensors;

    private GgufPart(InputFile file, GgufHeader header) throws IOException {
        this.file = file;
        this.header = header;
        this.tensors = new StoredTensors(file, header.tensors(), header.offsets());
    }

    static GgufPart open(Path path) throws IOException {
        var file = InputFile.open(path);
        try {
            return new GgufPart(file, GgufHeader.read(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    SequencedMap<String, GgufValue> metadata() {
        return header.metadata();
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public String container() {
        return "GGUF v" + header.version();
    }

    @Override
    public List<TensorInfo> tensors() {
        return tensors.tensors();
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return tensors.find(name);
    }

    @Override
    public void readRows(TensorInfo tensor, long first, long count, MemorySegment destination)
            throws IOException {
        tensors.readRows(tensor, first, count, destination);
    }

    @Override
    public void verify() throws IOException {
        file.requireUnchanged();
    }

    @Override
    public List<Path> files() {
        return List.of(file.path());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
