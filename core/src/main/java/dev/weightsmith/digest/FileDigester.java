package dev.weightsmith.digest;

import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Workers;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Digests files: several at once, and each file's next piece is read while one is digested.
///
/// SHA-256 of one file cannot be divided among processors, so one large file is as fast as one
/// processor digests; what reading costs is hidden behind it.
public final class FileDigester {
    /// Small enough for a piece to be in the processor's cache still when it is digested.
    private static final int LARGEST_PIECE = 1 << 18;

    private static final int SMALLEST_PIECE = 1 << 14;

    /// What the pieces of all threads together may take.
    private static final int MEMORY = 64 << 20;

    /// How much is handed to [MessageDigest] at once: short calls let a fresh Java run compiled
    /// code soon, where one long call would be interpreted to its end.
    private static final int FEED = 1 << 14;

    private final int threads;
    private final Progress progress;
    private final int pieceBytes;

    /// @param threads files that are digested at once, at least 1
    public FileDigester(int threads, Progress progress) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads: %d, expected at least 1".formatted(threads));
        }
        this.threads = threads;
        this.progress = progress;
        this.pieceBytes = Math.clamp(MEMORY / (2L * threads), SMALLEST_PIECE, LARGEST_PIECE);
    }

    /// Digests `files` and hands over what became of each, in their order, each as soon as it and
    /// all before it are known. A file that fails does not stop the others.
    public void digest(List<Path> files, Consumer<? super DigestedFile> results) {
        progress.begin("digesting", files.stream().mapToLong(FileDigester::size).sum());
        try (var readers = new Workers(threads, "read");
                var workers = new Workers(threads, "digest")) {
            workers.inOrder(
                    files.stream()
                            .map(file -> (Callable<DigestedFile>) () -> outcome(file, readers))
                            .iterator(),
                    Math.max(1, files.size()),
                    results::accept);
        } catch (IOException e) {
            throw new UncheckedIOException("a file's failure is its outcome", e);
        } finally {
            progress.end();
        }
    }

    /// The digest of one file.
    ///
    /// @throws FileException if it is no regular file, cannot be read, or changed meanwhile
    public static Digest digest(Path file) throws FileException {
        return digest(file, Progress.NONE);
    }

    /// The same of a large one.
    public static Digest digest(Path file, Progress progress) throws FileException {
        var results = new ArrayDeque<DigestedFile>();
        new FileDigester(1, progress).digest(List.of(file), results::add);
        return switch (results.remove()) {
            case DigestedFile.Done done -> done.digest();
            case DigestedFile.Failed failed -> throw new FileException(failed.problem());
        };
    }

    private DigestedFile outcome(Path file, Workers readers) {
        try {
            FileState before = FileState.of(file);
            Digest digest = digest(file, before.size(), readers);
            if (!before.equals(FileState.of(file))) {
                throw changed(file);
            }
            return new DigestedFile.Done(file, digest, before.size());
        } catch (FileException e) {
            return new DigestedFile.Failed(file, e.problem());
        } catch (IOException e) {
            return new DigestedFile.Failed(file, FileState.failed(file, e).problem());
        }
    }

    /// The digest of `size` bytes, which must be all that the file has.
    private Digest digest(Path file, long size, Workers readers) throws IOException {
        MessageDigest algorithm = Digest.algorithm();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            // One byte more than announced, so that a piece that is not full means the end.
            int capacity = (int) Math.min(pieceBytes, size + 1);
            var piece = new byte[capacity];
            var spare = new byte[capacity < pieceBytes ? 0 : capacity];
            int count = fill(channel, piece);
            long done = count;
            while (count == capacity && done <= size) {
                byte[] next = spare;
                Future<Integer> reading = readers.begin(() -> fill(channel, next));
                feed(algorithm, piece, count);
                count = Workers.result(reading);
                done += count;
                spare = piece;
                piece = next;
            }
            feed(algorithm, piece, count);
            if (done != size) {
                throw changed(file);
            }
            return Digest.of(algorithm);
        }
    }

    /// Fills `piece` as far as the file goes.
    private static int fill(FileChannel channel, byte[] piece) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = channel.read(buffer);
        }
        return buffer.position();
    }

    private void feed(MessageDigest algorithm, byte[] piece, int length) {
        for (int at = 0; at < length; at += FEED) {
            algorithm.update(piece, at, Math.min(FEED, length - at));
        }
        progress.advance(length);
    }

    private static long size(Path file) {
        try {
            return FileState.of(file).size();
        } catch (FileException e) {
            return 0; // told when its turn comes
        }
    }

    private static FileException changed(Path file) {
        return new FileException(
                Problem.of(ErrorKind.CHANGED, file, "changed while it was read")
                        .withHint("make sure that nothing writes to it, then run again"));
    }
}
