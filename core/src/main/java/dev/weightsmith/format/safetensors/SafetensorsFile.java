package dev.weightsmith.format.safetensors;

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

/// A safetensors file: its header was read and checked when it was opened.
public final class SafetensorsFile implements Checkpoint {
    private final InputFile file;
    private final SafetensorsHeader header;
    private final StoredTensors tensors;

    private SafetensorsFile(InputFile file, SafetensorsHeader header) throws IOException {
        this.file = file;
        this.header = header;
        this.tensors = new StoredTensors(file, header.tensors(), header.offsets());
    }

    /// Opens `path` and checks its header.
    ///
    /// @throws dev.weightsmith.error.FileException if it breaks a rule of the format
    public static SafetensorsFile open(Path path) throws IOException {
        var file = InputFile.open(path);
        try {
            return new SafetensorsFile(file, SafetensorsHeader.read(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// The strings of `__metadata__`, in the order of the file.
    public SequencedMap<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public String container() {
        return "safetensors";
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
    public List<String> warnings() {
        return header.warnings();
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
