package dev.weightsmith.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Says that the process is alive that fills a stage: the system lets go of the lock when the
/// process ends, however it ends.
final class StageLock implements AutoCloseable {
    private static final String NAME = ".lock";

    private final Path file;
    private final FileChannel channel;

    private StageLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Locks a new stage.
    static StageLock take(Path stage) throws IOException {
        Path file = stage.resolve(NAME);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.tryLock();
        } catch (IOException e) {
            // A file system without locks: nobody else gets this one either.
        }
        return new StageLock(file, channel);
    }

    /// Deletes stages in `folder` whose process was killed. They may be as large as a model.
    ///
    /// @param prefix with which the names of the stages begin
    static void deleteAbandoned(Path folder, String prefix) throws IOException {
        for (Path stage : PrivateFolder.entries(folder)) {
            if (stage.getFileName().toString().startsWith(prefix) && isAbandoned(stage)) {
                try {
                    PrivateFolder.delete(stage);
                } catch (IOException e) {
                    // Someone else's, perhaps; it is in nobody's way.
                }
            }
        }
    }

    /// What holds no lock file is being made, or being published, or is an old output moved away.
    private static boolean isAbandoned(Path stage) {
        Path file = stage.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
