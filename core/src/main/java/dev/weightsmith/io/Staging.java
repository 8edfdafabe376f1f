package dev.weightsmith.io;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Where an output grows until it is complete: a sibling of the final name, in the same folder and
/// so on the same disk.
///
/// [#publish] gives it the final name in one step. Whatever happens before, the final name is
/// absent or is what it was; what lies here is deleted on [#close] and when the process is
/// interrupted; after a kill, by the next process that writes the same output.
public final class Staging implements AutoCloseable {
    /// Characters of the final name in that of the stage, for people who come across it.
    private static final int SHOWN_OF_NAME = 32;

    /// Ends the name of what a new output replaces, until that has the final name.
    private static final String OLD = ".old";

    private final Path target;
    private final PrivateFolder stage;
    private final StageLock lock;
    private final boolean folder;
    private final boolean overwrite;

    private Staging(
            Path target, PrivateFolder stage, StageLock lock, boolean folder, boolean overwrite) {
        this.target = target;
        this.stage = stage;
        this.lock = lock;
        this.folder = folder;
        this.overwrite = overwrite;
    }

    /// Prepares for `target`; its parent folders are made where they do not exist.
    ///
    /// @param folder whether the output is a folder of files, or one file
    /// @throws FileException if the target exists and may not be replaced, or nothing can be
    ///   written beside it
    public static Staging open(Path target, boolean folder, boolean overwrite) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw conflict(absolute, "is not a name for an output");
        }
        String prefix = "." + shortened(name) + ".ws-tmp-";
        if (shortened(name).equals(name.toString())) {
            recover(absolute, prefix);
        }
        requireReplaceable(absolute, folder, overwrite);
        byte[] random = new byte[6];
        ThreadLocalRandom.current().nextBytes(random);
        Path path = parent.resolve(prefix + HexFormat.of().formatHex(random));
        try {
            Files.createDirectories(parent);
            StageLock.deleteAbandoned(parent, prefix);
            PrivateFolder stage = PrivateFolder.create(path);
            try {
                return new Staging(absolute, stage, StageLock.take(path), folder, overwrite);
            } catch (IOException | RuntimeException e) {
                stage.close();
                throw e;
            }
        } catch (IOException e) {
            throw OutputFile.failed(parent, e);
        }
    }

    /// Gives an output its name back that a process had moved away, but was killed before it could
    /// give the name to the new one.
    private static void recover(Path target, String prefix) {
        try {
            for (Path entry : PrivateFolder.entries(target.resolveSibling("."))) {
                String name = entry.getFileName().toString();
                if (name.startsWith(prefix) && name.endsWith(OLD) && !exists(target)) {
                    Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            // It stays where it is. What is wrong with the folder is said where it is written to.
        }
    }

    /// A name as long as the system allows has no room for more.
    private static String shortened(Path name) {
        String all = name.toString();
        int end = Math.min(all.length(), SHOWN_OF_NAME);
        return all.substring(0, all.offsetByCodePoints(0, all.codePointCount(0, end)));
    }

    /// @throws FileException if `target` exists and may not be replaced
    public static void requireReplaceable(Path target, boolean folder, boolean overwrite)
            throws IOException {
        if (!exists(target)) {
            return;
        }
        if (Files.isSymbolicLink(target)) {
            throw conflict(target, "is a symbolic link, expected a new name");
        }
        if (folder && Files.isDirectory(target) && PrivateFolder.entries(target).isEmpty()) {
            return;
        }
        if (!overwrite) {
            throw new FileException(
                    Problem.of(ErrorKind.OUTPUT_CONFLICT, target, "exists already")
                            .withHint("choose another name, or --overwrite to replace it"));
        }
        if (folder != Files.isDirectory(target)) {
            throw conflict(
                    target,
                    folder ? "is a file, expected a folder" : "is a folder, expected a file");
        }
        for (Path entry : folder ? PrivateFolder.entries(target) : List.<Path>of()) {
            if (!ModelFiles.isModelFile(entry)) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.OUTPUT_CONFLICT,
                                        target,
                                        "holds "
                                                + dev.weightsmith.error.Printable.name(
                                                        String.valueOf(entry.getFileName()))
                                                + ", which is no part of a model")
                                .withHint(
                                        "--overwrite replaces the whole folder: move that away, or choose another --out"));
            }
        }
    }

    /// A name that cannot be (too long, below a file) must not come out after hours of writing.
    private static boolean exists(Path target) throws FileException {
        try {
            Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw OutputFile.failed(target, e);
        }
    }

    /// Writes one small file that is complete under its name or not there.
    ///
    /// @throws FileException if it exists and may not be replaced, or cannot be written
    public static void write(Path target, byte[] bytes, boolean overwrite) throws IOException {
        try (var staging = open(target, false, overwrite)) {
            try (OutputFile file = staging.create(String.valueOf(target.getFileName()))) {
                file.write(bytes);
                file.seal();
            }
            staging.publish();
        }
    }

    /// A new file of the output.
    ///
    /// @param name the file's name in the target folder; of an output of one file, its own or that
    ///   of a companion, which will stand beside it
    public OutputFile create(String name) throws IOException {
        return OutputFile.create(
                stage.path().resolve(name),
                folder ? target.resolve(name) : target.resolveSibling(name));
    }

    /// Gives the complete output its final name.
    public void publish() throws IOException {
        try {
            lock.close();
            if (folder) {
                publishFolder();
            } else {
                publishFile();
            }
            syncFolder(target.resolveSibling("."));
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw conflict(target, "was made by something else meanwhile");
        } catch (FileSystemException e) {
            // A folder that is no longer empty is no exception type of its own on every system.
            throw folder && Files.exists(target)
                    ? conflict(target, "was made by something else meanwhile")
                    : OutputFile.failed(target, e);
        }
    }

    /// The file itself comes first: what describes it may be missing, but never alone.
    private void publishFile() throws IOException {
        publish(stage.path().resolve(target.getFileName()), target);
        for (Path companion : PrivateFolder.entries(stage.path())) {
            publish(companion, target.resolveSibling(companion.getFileName()));
        }
    }

    private void publish(Path file, Path name) throws IOException {
        if (overwrite) {
            Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        // Unlike a rename, a link never replaces what has appeared under the name meanwhile.
        try {
            Files.createLink(name, file);
            Files.delete(file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            // A file system without links.
            Files.move(file, name);
        }
    }

    private void publishFolder() throws IOException {
        Path complete = stage.path();
        syncFolder(complete);
        if (overwrite && Files.exists(target)) {
            Path old = complete.resolveSibling(complete.getFileName() + OLD);
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            try {
                Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
                throw e;
            }
            PrivateFolder.delete(old);
        } else {
            Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The stage goes with all that it holds.
        }
        stage.close();
    }

    /// Makes a rename survive a power cut, where the system can.
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some systems cannot open folders; their renames are as safe as they make them.
        }
    }

    private static FileException conflict(Path target, String message) {
        return new FileException(Problem.of(ErrorKind.OUTPUT_CONFLICT, target, message));
    }
}
