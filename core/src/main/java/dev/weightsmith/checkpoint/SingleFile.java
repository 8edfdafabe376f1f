package dev.weightsmith.checkpoint;

import java.io.IOException;
import java.util.List;

/// A checkpoint in one file.
public interface SingleFile extends Checkpoint {
    /// Bytes of the file.
    long size();

    /// The SHA-256 of all that says which tensors are where, 64 hexadecimal digits.
    String headerDigest() throws IOException;

    @Override
    default List<SingleFile> parts() {
        return List.of(this);
    }
}
