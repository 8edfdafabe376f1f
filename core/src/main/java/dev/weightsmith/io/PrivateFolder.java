package dev.weightsmith.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A folder that nobody else knows of. It is deleted with all that it holds on [#close], and when
/// the process is interrupted.
public final class PrivateFolder implements AutoCloseable {
    private final Path path;
    private final Thread interrupted;

    private PrivateFolder(Path path) {
        this.path = path;
        this.interrupted = new Thread(this::deleteQuietly, "delete " + path.getFileName());
        Runtime.getRuntime().addShutdownHook(interrupted);
    }

    /// A new one among the system's temporary files.
    public static PrivateFolder temporary(String prefix) throws IOException {
        return new PrivateFolder(Files.createTempDirectory(prefix));
    }

    /// A new one of this name.
    static PrivateFolder create(Path path) throws IOException {
        return new PrivateFolder(Files.createDirectory(path));
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        deleteQuietly();
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // The process is ending and the hook is running.
        }
    }

    private void deleteQuietly() {
        try {
            delete(path);
        } catch (IOException e) {
            // What cannot be deleted still does not carry a final name.
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (Path entry : entries(folder)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                delete(entry);
            } else {
                Files.deleteIfExists(entry);
            }
        }
        Files.deleteIfExists(folder);
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
