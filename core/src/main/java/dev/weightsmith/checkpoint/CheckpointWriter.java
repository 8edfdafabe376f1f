package dev.weightsmith.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Receives the bytes of a layout's tensors, one after another, and puts in what belongs between.
public interface CheckpointWriter {
    /// The next bytes of the current tensor; never of two tensors at once.
    void append(MemorySegment bytes) throws IOException;

    /// Writes what follows the last tensor. Every announced byte must have been appended.
    void finish() throws IOException;
}
