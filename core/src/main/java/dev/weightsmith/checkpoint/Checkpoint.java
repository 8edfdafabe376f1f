package dev.weightsmith.checkpoint;

import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A set of named tensors in one or several files, of whatever format.
///
/// Opening one has read and checked every header; [#readRows] then gives the values of any range of
/// rows, to any number of threads at once.
public interface Checkpoint extends AutoCloseable {
    /// The file, or the folder of shards.
    Path path();

    /// The container in the words of its users, for example `safetensors` or `PyTorch zip`.
    String container();

    /// All tensors, in file order.
    List<TensorInfo> tensors();

    /// The tensor of that name.
    Optional<TensorInfo> find(String name);

    /// Reads rows `first` to `first + count` of a tensor as they are stored, little-endian.
    ///
    /// @param tensor one of [#tensors]
    /// @param destination exactly `count * tensor.rowBytes()` bytes
    void readRows(TensorInfo tensor, long first, long count, MemorySegment destination)
            throws IOException;

    /// Checks what can only be known after reading: that checksums of the containers hold for
    /// everything [#readRows] gave out, and that no file changed meanwhile.
    ///
    /// @throws dev.weightsmith.error.FileException naming the first file and record that does not
    void verify() throws IOException;

    /// What a user should know although it is no error, one line each.
    default List<String> warnings() {
        return List.of();
    }

    /// The files that it is joined of; itself where it is one file.
    List<SingleFile> parts();

    /// The files behind it.
    List<Path> files();

    @Override
    void close() throws IOException;
}
