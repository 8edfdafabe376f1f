package dev.weightsmith.checkpoint;

import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A file in which tensors lie whole and row after row, each at an offset that was checked.
public abstract class FlatFile implements SingleFile {
    private final ByteSource file;
    private final List<TensorInfo> tensors;
    private final long[] offsets;
    private final Map<String, Integer> indexes;
    private final long headerBytes;

    /// From now on owns `file`, unless it fails.
    ///
    /// @param headerBytes that stand before the first tensor
    /// @param offsets where each tensor begins in `file`, in the order of `tensors`
    /// @throws FileException if two have the same name
    protected FlatFile(ByteSource file, long headerBytes, List<TensorInfo> tensors, long[] offsets)
            throws FileException {
        this.file = file;
        this.headerBytes = headerBytes;
        this.tensors = List.copyOf(tensors);
        this.offsets = offsets.clone();
        this.indexes = HashMap.newHashMap(tensors.size());
        for (int i = 0; i < tensors.size(); i++) {
            String name = tensors.get(i).name();
            if (indexes.putIfAbsent(name, i) != null) {
                throw FileException.malformed(
                        file.path(), "tensor %s is there twice".formatted(Printable.name(name)));
            }
        }
    }

    @Override
    public final Path path() {
        return file.path();
    }

    @Override
    public final List<Path> files() {
        return List.of(file.path());
    }

    @Override
    public final long size() {
        return file.size();
    }

    @Override
    public final String headerDigest() throws IOException {
        return file.sha256(0, headerBytes);
    }

    @Override
    public final List<TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public final Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(indexes.get(name)).map(tensors::get);
    }

    @Override
    public final void readRows(TensorInfo tensor, long first, long count, MemorySegment destination)
            throws IOException {
        Integer index = indexes.get(tensor.name());
        if (index == null || !tensors.get(index).equals(tensor)) {
            throw new IllegalArgumentException("not a tensor of this file: " + tensor.name());
        }
        Objects.checkFromIndexSize(first, count, tensor.rows());
        if (destination.byteSize() != count * tensor.rowBytes()) {
            throw new IllegalArgumentException(
                    "room for %d bytes, expected %d"
                            .formatted(destination.byteSize(), count * tensor.rowBytes()));
        }
        file.read(offsets[index] + first * tensor.rowBytes(), destination);
    }

    @Override
    public final void verify() throws IOException {
        file.requireUnchanged();
    }

    @Override
    public final void close() throws IOException {
        file.close();
    }
}
