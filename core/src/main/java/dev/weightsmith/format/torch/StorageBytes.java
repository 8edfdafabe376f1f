package dev.weightsmith.format.torch;

import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// The bytes of one storage in a file, with their checksum where the container has one.
///
/// @param offset of the first byte in the file
record StorageBytes(ByteSource file, long offset, long size, Optional<RecordChecksum> checksum) {

    /// Reads from byte `from` of the storage on.
    void read(long from, MemorySegment destination) throws IOException {
        file.read(offset + from, destination);
        checksum.ifPresent(sum -> sum.add(from, destination));
    }
}
