package dev.weightsmith.io;

import dev.weightsmith.error.FileException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Bytes at rest, read at given positions by any number of threads: all that readers of checkpoints
/// need. A local file is one ([InputFile]).
public interface ByteSource extends Closeable {
    /// What it is called, in messages.
    Path path();

    /// Bytes in it when it was opened.
    long size();

    /// Fills `destination` from `offset` on.
    ///
    /// @throws FileException if it ends before, which a caller that compared lengths with [#size]
    ///   first sees only where it shrank meanwhile
    void read(long offset, MemorySegment destination) throws IOException;

    /// @throws FileException if it has changed since it was opened
    void requireUnchanged() throws IOException;

    /// `length` bytes from `offset` on, on the heap.
    default byte[] bytes(long offset, int length) throws IOException {
        // Compared before the allocation.
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            throw FileException.malformed(
                    path(),
                    offset,
                    "ends at byte %d, expected %d more bytes".formatted(size(), length));
        }
        byte[] bytes = new byte[length];
        read(offset, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /// The same for libraries that want a channel. Closing it leaves this open.
    default SeekableByteChannel channel() {
        return new SourceChannel(this);
    }

    /// The SHA-256 of `length` bytes from `offset` on: 64 hexadecimal digits.
    default String sha256(long offset, long length) throws IOException {
        MessageDigest digest = Sums.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(length, 1, 1 << 18));
        for (long at = 0; at < length; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
            read(offset + at, MemorySegment.ofBuffer(buffer));
            digest.update(buffer);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
