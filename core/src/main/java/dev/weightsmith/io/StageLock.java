package dev.weightsmith.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Says that the process is alive that fills a folder: the system lets go of the lock when the
/// process ends, however it ends.
final class StageLock implements AutoCloseable {
    static final String NAME = ".lock";

    /// Those of this process. To open and close a file that it has locked would let go of the lock.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private StageLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Locks a new folder.
    ///
    /// @return empty if another process took the folder, so young, for abandoned
    static Optional<StageLock> take(Path folder, Disk disk) throws IOException {
        Path file = folder.resolve(NAME).toAbsolutePath();
        HELD.add(file);
        FileChannel channel;
        try {
            channel = disk.create(file);
        } catch (NoSuchFileException e) {
            HELD.remove(file);
            return Optional.empty();
        } catch (IOException e) {
            HELD.remove(file);
            throw e;
        }
        var lock = new StageLock(file, channel);
        try {
            if (channel.tryLock() == null || !Files.exists(file)) {
                lock.close();
                return Optional.empty();
            }
        } catch (IOException e) {
            // A file system without locks: nobody else gets this one either.
        }
        return Optional.of(lock);
    }

    /// The lock of a folder whose process has ended.
    static Optional<StageLock> ofAbandoned(Path folder) {
        Path file = folder.resolve(NAME).toAbsolutePath();
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !HELD.add(file)) {
            return Optional.empty();
        }
        try {
            @SuppressWarnings("resource") // closed here or by close()
            var channel =
                    FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            var lock = new StageLock(file, channel);
            try {
                FileLock taken = channel.tryLock();
                if (taken != null) {
                    return Optional.of(lock);
                }
            } catch (IOException | OverlappingFileLockException e) {
                // Nobody can tell.
            }
            lock.close();
        } catch (IOException e) {
            HELD.remove(file);
        }
        return Optional.empty();
    }

    /// The file stays: who deletes the folder deletes it last.
    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(file);
    }
}
