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

    /// As the job was told; what is on the disk may decide otherwise until the output is complete.
    private final Destination wanted;

    private final boolean overwrite;

    /// What was there when the work began.
    private final Displaced found;

    private final PrivateFolder stage;
    private final Disk disk;
    private final Map<String, String> digests = new ConcurrentHashMap<>();

    private Staging(
            Destination wanted,
            boolean overwrite,
            Displaced found,
            PrivateFolder stage,
            Disk disk) {
        this.wanted = wanted;
        this.overwrite = overwrite;
        this.found = found;
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
        Displaced found = prepare(wanted, overwrite, disk);
        Path home =
                wanted.now().form() == Destination.Form.ADDITION ? wanted.path() : wanted.home();
        try {
            makeFolders(home, disk);
            PrivateFolder stage =
                    PrivateFolder.create(
                            () -> newStage(home, wanted.path(), disk),
                            disk,
                            folder -> settle(folder, wanted.path(), disk));
            try {
                disk.makeFolder(stage.path().resolve(COMPLETE));
                return new Staging(wanted, overwrite, found, stage, disk);
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
            return "." + name + PrivateFolder.MARK;
        }
        String shown =
                name.substring(
                        0, name.offsetByCodePoints(0, name.codePointCount(0, SHOWN_OF_NAME)));
        byte[] digest = Sums.sha256().digest(name.getBytes(StandardCharsets.UTF_8));
        return "." + shown + "~" + HexFormat.of().formatHex(digest, 0, 4) + PrivateFolder.MARK;
    }

    /// What [#open] does first, for whoever wants to know before the work begins: puts right and
    /// deletes what killed processes have left of an output, and looks whether it may be written.
    ///
    /// @throws FileException if something is there that may not be replaced
    public static void prepare(Destination destination, boolean overwrite) throws IOException {
        prepare(destination, overwrite, new Disk());
    }

    private static Displaced prepare(Destination destination, boolean overwrite, Disk disk)
            throws IOException {
        // Before, neither what is in the way nor the room on the disk is what it seems.
        settle(destination, disk);
        return destination.displaced(overwrite);
    }

    private static void settle(Destination destination, Disk disk) {
        Path target = destination.path();
        Predicate<String> isStage =
                Pattern.compile(Pattern.quote(prefix(target)) + "[0-9a-f]{12}").asMatchPredicate();
        for (Path home : List.of(destination.home(), target)) {
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
        // What stands under the name of files that join a folder is that folder, wherever they
        // grew.
        Path folder =
                Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
                        ? target
                        : target.resolveSibling(".").normalize();
        List<String> lists =
                Stream.of(String.valueOf(Sums.beside(target).getFileName()), Sums.NAME)
                        .filter(name -> Files.exists(stage.resolve(COMPLETE).resolve(name)))
                        .toList();
        if (!lists.isEmpty()) {
            try (var _ = disk.lock(folder)) {
                new FileSwap(disk, stage, folder, lists).settle();
            }
        }
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
        if (!wanted.names().contains(name)) {
            throw new IllegalArgumentException("no file of this output: " + name);
        }
        return create(name, digest -> digests.put(name, digest));
    }

    private OutputFile create(String name, Consumer<String> sealed) throws IOException {
        Path complete = stage.path().resolve(COMPLETE);
        Path finalName = wanted.folder().resolve(name);
        return stage.whole(() -> {
            try {
                Path parent = complete;
                for (Path part : Path.of(name)) {
                    if (!Files.exists(parent)) {
                        disk.makeFolder(parent);
                    }
                    parent = parent.resolve(part);
                }
            } catch (IOException e) {
                throw OutputFile.failed(finalName, e);
            }
            return OutputFile.create(complete.resolve(name), finalName, disk, sealed);
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
            throw !overwrite && wanted.isTaken()
                    ? meanwhile()
                    : OutputFile.failed(wanted.path(), e);
        } catch (FileException e) {
            throw e;
        } catch (IOException e) {
            throw OutputFile.failed(wanted.path(), e);
        }
    }

    /// Hours may have passed: what is there now is looked at once more, and no other job gets
    /// between that and the end.
    private void publishNow() throws IOException {
        try (var _ = disk.lock(wanted.home())) {
            if (!overwrite && wanted.isTaken()) {
                throw meanwhile();
            }
            Destination now = wanted.now();
            if (now.form() == Destination.Form.ADDITION) {
                try (var _ = disk.lock(now.path())) {
                    publishFiles(now);
                }
            } else if (now.isFile()) {
                publishFiles(now);
            } else {
                publishFolder(now);
            }
        }
    }

    private void publishFiles(Destination now) throws IOException {
        now.displaced(overwrite);
        List<String> lists = now.lists();
        for (String list : lists) {
            write(list, now);
        }
        new FileSwap(disk, stage.path(), now.folder(), lists).publish(overwrite);
    }

    private void publishFolder(Destination now) throws IOException {
        requireAsFound(now);
        for (String list : now.lists()) {
            write(list, now);
        }
        var swap = new FolderSwap(disk, stage.path(), now.path());
        Path complete = stage.path().resolve(COMPLETE);
        if (now.isTaken()) {
            swap.replace(complete, moved -> requireStillAsFound(now.at(moved)));
        } else {
            swap.publish(complete);
        }
    }

    /// What came into the folder after the work had begun does not go with the rest.
    private void requireAsFound(Destination now) throws IOException {
        if (!found.covers(now.displaced(overwrite))) {
            throw meanwhile();
        }
    }

    /// A list of digests: a new one, or what that of the folder becomes.
    private void write(String list, Destination now) throws IOException {
        Optional<Sums> before = now.listBefore(list);
        byte[] bytes =
                before.map(sums -> sums.with(digests)).orElseGet(() -> Sums.of(digests)).bytes();
        // A list may itself stand in that of the folder.
        try (OutputFile file = create(list, digest -> digests.put(list, digest))) {
            file.write(bytes);
            file.seal();
        }
        if (before.isPresent()) {
            var time = now.listTime();
            if (time.isPresent()) {
                disk.setTime(stage.path().resolve(COMPLETE).resolve(list), time.get());
            }
        }
    }

    private void requireStillAsFound(Destination moved) throws IOException {
        try {
            requireAsFound(moved);
        } catch (FileException e) {
            // Not by the name that it has at this moment.
            throw meanwhile();
        }
    }

    private FileException meanwhile() {
        return new FileException(
                Problem.of(
                        ErrorKind.OUTPUT_CONFLICT,
                        wanted.path(),
                        "was %s by something else meanwhile"
                                .formatted(overwrite ? "changed" : "made")));
    }

    @Override
    public void close() {
        stage.close();
    }
}
