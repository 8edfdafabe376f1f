package dev.weightsmith.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Gives complete files their names in a folder whose other files stay.
///
/// A list of digests that names one of them goes first and comes last, so that it is absent or
/// right. Names are given by links, and what is replaced is kept by links: as long as the last list
/// has not come, everything can be undone, by this process or the next. (On a file system without
/// links each step still leaves no wrong list, but there is nothing to undo it by.)
///
/// @param stage the private folder in which the files grew
/// @param folder in which they will be
/// @param lists names of lists of digests, the last of which makes the output complete
record FileSwap(Disk disk, Path stage, Path folder, List<String> lists) {
    /// What is replaced, by the same names, until the output is complete.
    private static final String KEPT = "kept";

    /// A second name for a file that is about to replace another.
    private static final String SPARE = "spare";

    void publish(boolean overwrite) throws IOException {
        List<String> files = files();
        disk.makeFolder(kept(""));
        for (String name : files) {
            keep(name);
        }
        var going = new ArrayList<String>();
        for (String list : lists) {
            if (exists(in(list))) {
                keep(list);
                Optional<Sums> sums = Sums.read(in(list));
                if (sums.isEmpty() || sums.get().namesOneOf(files)) {
                    going.add(list);
                }
            }
        }
        disk.syncFolder(kept(""));
        disk.syncFolder(stage);
        try {
            for (String list : going) {
                if (exists(kept(list))) {
                    disk.delete(in(list));
                } else {
                    disk.rename(in(list), kept(list));
                }
            }
            disk.syncFolder(folder);
            for (String name : files) {
                put(name, overwrite);
            }
            disk.syncFolder(folder);
            for (String list : lists) {
                put(list, true);
            }
            disk.syncFolder(folder);
        } catch (IOException | RuntimeException e) {
            try {
                if (isBegun()) {
                    undo();
                }
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /// The complete files besides lists.
    private List<String> files() throws IOException {
        Path complete = fresh("");
        try (Stream<Path> all = Files.walk(complete)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> Destination.relative(complete, file))
                    .filter(name -> !lists.contains(name))
                    .sorted()
                    .toList();
        }
    }

    private Path fresh(String name) {
        return stage.resolve(Staging.COMPLETE).resolve(name);
    }

    private Path kept(String name) {
        return stage.resolve(KEPT).resolve(name);
    }

    private Path in(String name) {
        return folder.resolve(name);
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean same(Path one, Path other) throws IOException {
        return exists(one) && exists(other) && Files.isSameFile(one, other);
    }

    private void keep(String name) {
        if (exists(in(name))) {
            try {
                makeParents(kept(""), name);
                disk.link(kept(name), in(name));
            } catch (UnsupportedOperationException | IOException e) {
                // Without links, or without the right to make one.
            }
        }
    }

    private void makeParents(Path root, String name) throws IOException {
        Path parent = root;
        for (Path part : Path.of(name)) {
            if (!exists(parent)) {
                disk.makeFolder(parent);
            }
            parent = parent.resolve(part);
        }
    }

    private void put(String name, boolean overwrite) throws IOException {
        makeParents(folder, name);
        Path from = fresh(name);
        if (exists(in(name))) {
            if (!overwrite) {
                throw new FileAlreadyExistsException(in(name).toString());
            }
            Path second = stage.resolve(SPARE);
            try {
                disk.link(second, from);
            } catch (UnsupportedOperationException | IOException e) {
                second = from;
            }
            disk.rename(second, in(name));
            return;
        }
        // Unlike a rename, a link never replaces what has appeared under the name meanwhile.
        try {
            disk.link(in(name), from);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            disk.renameToNew(from, in(name));
        }
    }

    /// Ends what a process has begun that was killed meanwhile: all lists come where all files have
    /// come; otherwise the folder becomes what it was.
    void settle() throws IOException {
        if (!isBegun()) {
            return;
        }
        for (String name : files()) {
            if (!same(in(name), fresh(name))) {
                undo();
                return;
            }
        }
        for (String list : lists) {
            if (!same(in(list), fresh(list))) {
                put(list, true);
            }
        }
        disk.syncFolder(folder);
    }

    /// Whether something has come, and the last list has not. What has been changed by others since
    /// then is theirs.
    private boolean isBegun() throws IOException {
        if (!exists(kept("")) || lists.isEmpty()) {
            return false;
        }
        String last = lists.getLast();
        boolean complete = !exists(fresh(last)) || same(in(last), fresh(last));
        boolean untouched = !exists(in(last)) || same(in(last), kept(last));
        return !complete && untouched;
    }

    /// Makes the folder what it was.
    private void undo() throws IOException {
        for (String list : lists) {
            if (same(in(list), fresh(list))) {
                disk.delete(in(list));
            }
        }
        for (String name : files()) {
            if (same(in(name), fresh(name))) {
                if (exists(kept(name))) {
                    disk.rename(kept(name), in(name));
                } else {
                    disk.delete(in(name));
                }
            }
        }
        disk.syncFolder(folder);
        for (String list : lists) {
            if (exists(kept(list)) && !exists(in(list))) {
                disk.rename(kept(list), in(list));
            }
        }
        disk.syncFolder(folder);
    }
}
