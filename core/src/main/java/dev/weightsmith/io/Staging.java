package dev.weightsmith.io;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where an output grows until it is complete: a hidden folder beside the final name, or in the
/// folder that it joins, and so on the same disk.
///
/// Everything that is written goes through here. [#publish] adds the lists of digests and gives the
/// output its name. Whatever happens before, the final name is absent or is what it was; what lies
/// here is deleted on [#close] and when the process is interrupted; after a kill, by the next
/// process that writes the same output (docs/decisions/0005-publish-protocol.md).
public final class Staging implements AutoCloseable {
    /// The folder in a stage in which the output grows.
    static final String COMPLETE = "new";

    /// Characters of the final name in that of the stage, for people who come across it.
    private static final int SHOWN_OF_NAME = 32;

    private static final String MARK = ".ws-tmp-";

    private final Destination destination;
    private final boolean overwrite;
    private final PrivateFolder stage;
    private final Disk disk;
    private final Map<String, String> digests = new ConcurrentHashMap<>();

    private Staging(Destination destination, boolean overwrite, PrivateFolder stage, Disk disk) {
        this.destination = destination;
        this.overwrite = overwrite;
        this.stage = stage;
        this.disk = disk;
    }

    /// Prepares for an output; its parent folders are made where they do not exist.
    ///
    /// @throws FileException if something is there that may not be replaced, or nothing can be
    ///   written beside it
    public static Staging open(Destination destination, boolean overwrite) throws IOException {
        return open(destination, overwrite, new Disk());
    }

    @SuppressWarnings("resource") // the stage is closed by close()
    static Staging open(Destination wanted, boolean overwrite, Disk disk) throws IOException {
        settleAbandoned(wanted.path(), disk);
        Destination destination = wanted.now();
        destination.displaced(overwrite);
        Path home =
                destination.form() == Destination.Form.ADDITION
                        ? destination.path()
                        : destination.path().resolveSibling(".").normalize();
        try {
            makeFolders(home, disk);
            PrivateFolder stage =
                    PrivateFolder.create(
                            () -> newStage(home, destination.path(), disk),
                            disk,
                            folder -> settle(folder, destination.path(), disk));
            try {
                disk.makeFolder(stage.path().resolve(COMPLETE));
                return new Staging(destination, overwrite, stage, disk);
            } catch (IOException | RuntimeException e) {
                stage.close();
                throw e;
            }
        } catch (IOException e) {
            throw OutputFile.failed(home, e);
        }
    }

    private static void makeFolders(Path folder, Disk disk) throws IOException {
        Path parent = folder.getParent();
        if (parent == null || Files.isDirectory(folder)) {
            return;
        }
        makeFolders(parent, disk);
        try {
            disk.makeFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        disk.syncFolder(parent);
    }

    private static Path newStage(Path home, Path target, Disk disk) throws IOException {
        byte[] random = new byte[6];
        ThreadLocalRandom.current().nextBytes(random);
        Path stage = home.resolve(prefix(target) + HexFormat.of().formatHex(random));
        disk.makeFolder(stage);
        return stage;
    }

    /// How the names of all stages of an output begin. A name as long as the system allows has no
    /// room for more: of a long one a digest stands for what is cut off.
    private static String prefix(Path target) {
        String name = String.valueOf(target.getFileName());
        if (name.length() <= SHOWN_OF_NAME) {
            return "." + name + MARK;
        }
        String shown =
                name.substring(
                        0, name.offsetByCodePoints(0, name.codePointCount(0, SHOWN_OF_NAME)));
        byte[] digest = Sums.sha256().digest(name.getBytes(StandardCharsets.UTF_8));
        return "." + shown + "~" + HexFormat.of().formatHex(digest, 0, 4) + MARK;
    }

    /// Puts right and deletes what killed processes have left of an output.
    private static void settleAbandoned(Path target, Disk disk) {
        Predicate<String> isStage =
                Pattern.compile(Pattern.quote(prefix(target)) + "[0-9a-f]{12}").asMatchPredicate();
        for (Path home : List.of(target.resolveSibling(".").normalize(), target)) {
            if (Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    PrivateFolder.deleteAbandoned(
                            home,
                            folder -> isStage.test(String.valueOf(folder.getFileName())),
                            disk,
                            folder -> settle(folder, target, disk));
                } catch (IOException e) {
                    // What is wrong with the folder is said where it is written to.
                }
            }
        }
    }

    /// Ends what was begun in a stage: the output is complete, or is what it was.
    private static void settle(Path stage, Path target, Disk disk) throws IOException {
        new FolderSwap(disk, stage, target).recover();
        boolean joined = target.equals(stage.getParent());
        Path folder = joined ? target : target.resolveSibling(".").normalize();
        List<String> lists =
                Stream.of(String.valueOf(Sums.beside(target).getFileName()), Sums.NAME)
                        .filter(name -> Files.exists(stage.resolve(COMPLETE).resolve(name)))
                        .toList();
        new FileSwap(disk, stage, folder, lists).settle();
    }

    /// Writes one small file that is complete under its name or not there.
    ///
    /// @throws FileException if it exists and may not be replaced, or cannot be written
    public static void write(Destination destination, byte[] bytes, boolean overwrite)
            throws IOException {
        try (var staging = open(destination, overwrite)) {
            try (OutputFile file = staging.create(destination.names().getFirst())) {
                file.write(bytes);
                file.seal();
            }
            staging.publish();
        }
    }

    /// A new file of the output.
    ///
    /// @param name one of the destination's
    public OutputFile create(String name) throws IOException {
        if (!destination.names().contains(name)) {
            throw new IllegalArgumentException("no file of this output: " + name);
        }
        return create(name, digest -> digests.put(name, digest));
    }

    private OutputFile create(String name, Consumer<String> sealed) throws IOException {
        Path complete = stage.path().resolve(COMPLETE);
        return stage.whole(() -> {
            Path parent = complete;
            for (Path part : Path.of(name)) {
                if (!Files.exists(parent)) {
                    disk.makeFolder(parent);
                }
                parent = parent.resolve(part);
            }
            return OutputFile.create(
                    complete.resolve(name), destination.folder().resolve(name), disk, sealed);
        });
    }

    /// Gives the complete output its final name, with the digests of all that it consists of.
    public void publish() throws IOException {
        try {
            stage.whole(() -> {
                publishNow();
                return Optional.empty();
            });
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw meanwhile();
        } catch (FileSystemException e) {
            // A folder that is no longer empty is no exception type of its own on every system.
            throw !destination.isFile() && !overwrite && Files.exists(destination.path())
                    ? meanwhile()
                    : OutputFile.failed(destination.path(), e);
        } catch (FileException e) {
            throw e;
        } catch (IOException e) {
            throw OutputFile.failed(destination.path(), e);
        }
    }

    private void publishNow() throws IOException {
        if (overwrite) {
            // Hours may have passed.
            destination.displaced(true);
        }
        List<String> lists = destination.lists();
        for (String list : lists) {
            write(list);
        }
        if (destination.form() == Destination.Form.FOLDER) {
            new FolderSwap(disk, stage.path(), destination.path())
                    .publish(stage.path().resolve(COMPLETE));
        } else {
            new FileSwap(disk, stage.path(), destination.folder(), lists).publish(overwrite);
        }
    }

    /// A list of digests: a new one, or what that of the folder becomes.
    private void write(String list) throws IOException {
        Optional<Sums> before =
                destination.form() != Destination.Form.FOLDER && list.equals(Sums.NAME)
                        ? Sums.read(destination.folder().resolve(list))
                        : Optional.empty();
        byte[] bytes =
                before.map(sums -> sums.with(digests)).orElseGet(() -> Sums.of(digests)).bytes();
        try (OutputFile file = create(list, _ -> {})) {
            file.write(bytes);
            file.seal();
        }
        if (before.isPresent()) {
            var time = destination.listTime();
            if (time.isPresent()) {
                disk.setTime(stage.path().resolve(COMPLETE).resolve(list), time.get());
            }
        }
    }

    private FileException meanwhile() {
        return new FileException(
                Problem.of(
                        ErrorKind.OUTPUT_CONFLICT,
                        destination.path(),
                        "was made by something else meanwhile"));
    }

    @Override
    public void close() {
        stage.close();
    }
}
