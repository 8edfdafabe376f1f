package dev.weightsmith.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Takes the bytes of a new file from front to back: all that writers of checkpoints need. A local
/// file is one ([OutputFile]).
public interface ByteSink extends Closeable {
    /// Appends all of `bytes`.
    void write(MemorySegment bytes) throws IOException;

    /// Appends all of `bytes`.
    default void write(byte[] bytes) throws IOException {
        write(MemorySegment.ofArray(bytes));
    }

    /// Bytes written so far.
    long position();

    /// Makes the bytes survive a power cut, and tells their SHA-256: 64 hexadecimal digits.
    String seal() throws IOException;
}
