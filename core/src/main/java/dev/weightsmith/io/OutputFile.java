package dev.weightsmith.io;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;

/// A new file, written from front to back; its SHA-256 falls out of the stream.
///
/// It writes where it is told; `Staging` decides under which name the bytes grow and when they get
/// their final one.
public final class OutputFile implements ByteSink {
    private static final int LARGEST_WRITE = 1 << 26;

    private final Path path;
    private final Path finalName;
    private final FileChannel channel;
    private final Disk disk;
    private final Consumer<String> sealed;
    private final MessageDigest digest = Sums.sha256();
    private long position;

    private OutputFile(
            Path path, Path finalName, FileChannel channel, Disk disk, Consumer<String> sealed) {
        this.path = path;
        this.finalName = finalName;
        this.channel = channel;
        this.disk = disk;
        this.sealed = sealed;
    }

    /// Creates `path`, which must not exist.
    public static OutputFile create(Path path) throws IOException {
        return create(path, path, new Disk(), _ -> {});
    }

    /// Creates `path`, which must not exist.
    ///
    /// @param finalName the name that the user knows, for errors
    /// @param sealed gets the digest when the file is complete
    @SuppressWarnings("resource") // the channel is closed by close()
    static OutputFile create(Path path, Path finalName, Disk disk, Consumer<String> sealed)
            throws IOException {
        try {
            return new OutputFile(path, finalName, disk.create(path), disk, sealed);
        } catch (IOException e) {
            throw failed(finalName, e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void write(MemorySegment bytes) throws IOException {
        for (long done = 0; done < bytes.byteSize(); ) {
            ByteBuffer buffer =
                    bytes.asSlice(done, Math.min(LARGEST_WRITE, bytes.byteSize() - done))
                            .asByteBuffer();
            digest.update(buffer.duplicate());
            done += buffer.remaining();
            while (buffer.hasRemaining()) {
                try {
                    disk.write(channel, buffer);
                } catch (IOException e) {
                    throw failed(finalName, e);
                }
            }
        }
        position += bytes.byteSize();
    }

    @Override
    public String seal() throws IOException {
        try {
            disk.sync(channel);
        } catch (IOException e) {
            throw failed(finalName, e);
        }
        String hex = HexFormat.of().formatHex(digest.digest());
        sealed.accept(hex);
        return hex;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// `cause` as an error that names the file; a full disk is told from other failures.
    static FileException failed(Path path, IOException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("No space left")
                || message.contains("Disk quota exceeded")
                || message.contains("not enough space")) {
            return new FileException(
                    Problem.of(ErrorKind.NO_SPACE, path, "the disk is full")
                            .withHint("free some space or choose another --out, then run again"),
                    cause);
        }
        Problem problem = Problem.of(ErrorKind.IO, path, "cannot be written: " + reason(cause));
        return new FileException(
                message.contains("File too large")
                        ? problem.withHint(
                                "the disk's file system (such as FAT) or a limit (ulimit -f) allows"
                                        + " no larger file: try --shard-size or --split-max-size")
                        : problem,
                cause);
    }

    /// The system's reason in words; by themselves these exceptions tell the file's name only.
    private static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _, NotDirectoryException _ ->
                    "it is a file, expected a folder";
            case NoSuchFileException _ -> "there is no such folder";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(cause.getMessage());
        };
    }
}
