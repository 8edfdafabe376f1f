package dev.weightsmith.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder that nobody else knows of. It is deleted with all that it holds on [#close] and when
/// the process is interrupted; after a kill, by the next process that writes the same output, and
/// among the system's temporary files by the first that comes after an hour.
public final class PrivateFolder implements AutoCloseable {
    /// Stands in the names of all, before digits that are others each time.
    static final String MARK = ".ws-tmp-";

    /// The names of those among the system's temporary files.
    private static final Pattern TEMPORARY =
            Pattern.compile("weightsmith-[a-z]+" + Pattern.quote(MARK) + "[0-9]+");

    /// How long nothing has happened in a folder that may be taken for abandoned, where everyone
    /// makes folders: a younger one may be about to be locked, or by a process whose locks cannot
    /// be seen from here.
    private static final Duration ABANDONED = Duration.ofHours(1);

    /// What has to be put right in a folder before it may be deleted.
    interface Settling {
        void settle(Path folder) throws IOException;
    }

    /// Names a new folder, another one each time.
    interface Naming {
        Path make() throws IOException;
    }

    private final Path path;
    private final StageLock lock;
    private final Disk disk;
    private final Settling settling;
    private final Thread interrupted;
    private boolean closed;

    private PrivateFolder(Path path, StageLock lock, Disk disk, Settling settling) {
        this.path = path;
        this.lock = lock;
        this.disk = disk;
        this.settling = settling;
        this.interrupted = new Thread(this::remove, "delete " + path.getFileName());
        Runtime.getRuntime().addShutdownHook(interrupted);
    }

    /// A new one among the system's temporary files.
    ///
    /// @param name what it is for, in a word
    public static PrivateFolder temporary(String name) throws IOException {
        return temporary(Path.of(System.getProperty("java.io.tmpdir")), name);
    }

    static PrivateFolder temporary(Path all, String name) throws IOException {
        var disk = new Disk();
        // Nobody but the owner may enter it.
        PrivateFolder made =
                create(
                        () -> Files.createTempDirectory(all, "weightsmith-" + name + MARK),
                        disk,
                        folder -> {});
        try {
            Instant limit = Instant.now().minus(ABANDONED);
            deleteAbandoned(
                    all,
                    entry -> isOurs(entry, made.path) && isOlder(entry, limit),
                    disk,
                    folder -> {});
        } catch (IOException e) {
            // Where nobody may look around, nobody cleans.
        }
        return made;
    }

    /// What others have made in a folder for everyone may be a trap.
    private static boolean isOurs(Path entry, Path mine) {
        try {
            return TEMPORARY.matcher(String.valueOf(entry.getFileName())).matches()
                    && Files.getOwner(entry, LinkOption.NOFOLLOW_LINKS)
                            .equals(Files.getOwner(mine));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean isOlder(Path entry, Instant limit) {
        try {
            return Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(limit);
        } catch (IOException e) {
            // It is gone.
            return false;
        }
    }

    /// A new one.
    ///
    /// @param settling is called before it is deleted; where that fails, the folder stays
    @SuppressWarnings("resource") // the lock is closed by close()
    static PrivateFolder create(Naming naming, Disk disk, Settling settling) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            Path path = naming.make();
            try {
                Optional<StageLock> lock = StageLock.take(path, disk);
                if (lock.isPresent()) {
                    return new PrivateFolder(path, lock.get(), disk, settling);
                }
            } catch (IOException e) {
                try {
                    disk.delete(path);
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        }
        throw new IOException("no temporary folder can be made");
    }

    /// Deletes folders in `all` whose process was killed. They may be as large as a model.
    static void deleteAbandoned(Path all, Predicate<Path> which, Disk disk, Settling settling)
            throws IOException {
        for (Path folder : entries(all)) {
            if (which.test(folder) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    deleteAbandoned(folder, disk, settling);
                } catch (IOException e) {
                    // Someone else's, perhaps; it is in nobody's way.
                }
            }
        }
    }

    private static void deleteAbandoned(Path folder, Disk disk, Settling settling)
            throws IOException {
        if (!Files.exists(folder.resolve(StageLock.NAME), LinkOption.NOFOLLOW_LINKS)) {
            // It was killed before it had a lock, or after that was deleted: then it is empty.
            disk.delete(folder);
            return;
        }
        Optional<StageLock> lock = StageLock.ofAbandoned(folder);
        if (lock.isPresent()) {
            try (StageLock held = lock.get()) {
                settling.settle(folder);
                delete(folder, held, disk);
            }
        }
    }

    public Path path() {
        return path;
    }

    /// Does what an interruption has to wait for.
    ///
    /// @throws NoSuchFileException if an interruption came first
    synchronized <T> T whole(Work<T> work) throws IOException {
        if (closed) {
            throw new NoSuchFileException(path.toString());
        }
        return work.run();
    }

    interface Work<T> {
        T run() throws IOException;
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // The process is ending and the hook is running.
        }
    }

    private synchronized void remove() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            settling.settle(path);
            delete(path, lock, disk);
        } catch (IOException e) {
            // What cannot be deleted still does not carry a final name.
        }
        try {
            lock.close();
        } catch (IOException e) {
            // The system lets go of it at the latest when the process ends.
        }
    }

    /// The lock goes last: what is left by a kill in between must be known for abandoned.
    private static void delete(Path folder, StageLock lock, Disk disk) throws IOException {
        for (Path entry : entries(folder)) {
            if (!entry.endsWith(StageLock.NAME)) {
                deleteTree(entry, disk);
            }
        }
        disk.delete(folder.resolve(StageLock.NAME));
        lock.close();
        disk.delete(folder);
    }

    private static void deleteTree(Path path, Disk disk) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : entries(path)) {
                deleteTree(entry, disk);
            }
        }
        disk.delete(path);
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
