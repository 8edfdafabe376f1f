package dev.weightsmith.io;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// A regular file, read at given positions by any number of threads.
///
/// Not mapped: a file that shrinks or fails while it is read must be an error with a name and an
/// offset, not a fault.
public final class InputFile implements ByteSource {
    private static final int LARGEST_READ = 1 << 30;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final FileTime modified;

    private InputFile(Path path, FileChannel channel, long size, FileTime modified) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.modified = modified;
    }

    /// Opens `path` for reading.
    ///
    /// @throws FileException if it is not there, not a regular file, or may not be read
    @SuppressWarnings("resource") // the channel is closed by close()
    public static InputFile open(Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new FileException(Problem.of(ErrorKind.IO, path, "is not a regular file"));
            }
            return new InputFile(
                    path,
                    FileChannel.open(path, StandardOpenOption.READ),
                    attributes.size(),
                    attributes.lastModifiedTime());
        } catch (NoSuchFileException e) {
            throw new FileException(Problem.of(ErrorKind.IO, path, "no such file"), e);
        } catch (AccessDeniedException e) {
            throw new FileException(Problem.of(ErrorKind.IO, path, "may not be read"), e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, MemorySegment destination) throws IOException {
        if (offset < 0 || offset > size || destination.byteSize() > size - offset) {
            throw FileException.malformed(
                    path,
                    offset,
                    "ends at byte "
                            + size
                            + ", expected "
                            + destination.byteSize()
                            + " more bytes");
        }
        for (long done = 0; done < destination.byteSize(); ) {
            long length = Math.min(LARGEST_READ, destination.byteSize() - done);
            ByteBuffer buffer = destination.asSlice(done, length).asByteBuffer();
            int count = readAt(buffer, offset + done);
            if (count <= 0) {
                throw new FileException(
                        Problem.of(ErrorKind.CHANGED, path, "became shorter while it was read")
                                .at(offset + done));
            }
            done += count;
        }
    }

    private int readAt(ByteBuffer buffer, long offset) throws IOException {
        try {
            return channel.read(buffer, offset);
        } catch (IOException e) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, path, "cannot be read: " + e.getMessage()).at(offset),
                    e);
        }
    }

    @Override
    public void requireUnchanged() throws IOException {
        var now = Files.readAttributes(path, BasicFileAttributes.class);
        if (now.size() != size || !now.lastModifiedTime().equals(modified)) {
            throw new FileException(
                    Problem.of(ErrorKind.CHANGED, path, "changed while it was read")
                            .withHint("make sure that nothing writes to it, then run again"));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
