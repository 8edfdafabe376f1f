package dev.weightsmith.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Gives complete files their names in a folder whose other files stay.
///
/// A list of digests that names one of them goes first and comes last, so that it is absent or
/// right. Names are given by links, and what is replaced is kept by links: as long as the last list
/// has not come, everything can be undone, by this process or the next. On a file system without
/// links names move instead, and what is replaced is absent for a moment.
///
/// @param stage the private folder in which the files grew
/// @param folder in which they will be
/// @param lists names of lists of digests, the last of which makes the output complete
record FileSwap(Disk disk, Path stage, Path folder, List<String> lists) {
    /// What is replaced, by the same names, until the output is complete.
    private static final String KEPT = "kept";

    /// Empty files by the names of those that were moved to a name that was free.
    private static final String MOVED = "moved";

    /// A second name for a file that is about to replace another.
    private static final String SPARE = "spare";

    void publish(boolean overwrite) throws IOException {
        List<String> files = namesIn(fresh(""));
        disk.makeFolder(kept(""));
        for (String name : files) {
            keep(name);
        }
        var going = new ArrayList<String>();
        for (String list : lists) {
            if (exists(in(list)) && (!keep(list) || namesOneOf(in(list), files))) {
                going.add(list);
            }
        }
        disk.syncTree(stage);
        try {
            // One list may name another.
            for (String list : going.reversed()) {
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
            syncFoldersOf(files);
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

    private static boolean namesOneOf(Path list, List<String> files) throws IOException {
        Optional<Sums> sums = Sums.read(list);
        return sums.isEmpty() || sums.get().namesOneOf(files);
    }

    /// All files below a folder of the stage besides lists.
    private List<String> namesIn(Path root) throws IOException {
        if (!exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> Destination.relative(root, file))
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

    private Path moved(String name) {
        return stage.resolve(MOVED).resolve(name);
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

    /// @return false if the file system has no links, or there is no right to make one
    private boolean keep(String name) throws IOException {
        if (exists(in(name))) {
            makeParents(kept(""), name);
            try {
                disk.link(kept(name), in(name));
            } catch (UnsupportedOperationException | IOException e) {
                return false;
            }
        }
        return true;
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

    private void syncFoldersOf(List<String> names) throws IOException {
        Set<Path> folders = new TreeSet<>(Set.of(folder));
        for (String name : names) {
            for (Path parent = in(name).getParent();
                    parent != null && !parent.equals(folder);
                    parent = parent.getParent()) {
                folders.add(parent);
            }
        }
        for (Path each : folders) {
            if (exists(each)) {
                disk.syncFolder(each);
            }
        }
    }

    private void put(String name, boolean overwrite) throws IOException {
        makeParents(folder, name);
        if (!exists(in(name))) {
            putNew(name);
        } else if (overwrite) {
            replace(name);
        } else {
            throw new FileAlreadyExistsException(in(name).toString());
        }
    }

    private void replace(String name) throws IOException {
        Path from = fresh(name);
        Path second = stage.resolve(SPARE);
        try {
            disk.link(second, from);
        } catch (UnsupportedOperationException | IOException e) {
            if (!exists(kept(name))) {
                makeParents(kept(""), name);
                disk.rename(in(name), kept(name));
            }
            second = from;
        }
        disk.rename(second, in(name));
    }

    /// Unlike a rename, a link never replaces what has appeared under the name meanwhile.
    private void putNew(String name) throws IOException {
        try {
            disk.link(in(name), fresh(name));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            if (!exists(moved(name))) {
                makeParents(moved(""), name);
                disk.create(moved(name)).close();
            }
            disk.renameToNew(fresh(name), in(name));
        }
    }

    /// Ends what a process has begun that was killed meanwhile: all lists come where all files have
    /// come; otherwise the folder becomes what it was.
    void settle() throws IOException {
        if (!isBegun()) {
            return;
        }
        for (String name : namesIn(fresh(""))) {
            if (!hasCome(name)) {
                undo();
                return;
            }
        }
        for (String list : lists) {
            if (!hasCome(list)) {
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
        boolean untouched = !exists(in(last)) || same(in(last), kept(last));
        return exists(fresh(last)) && !hasCome(last) && untouched;
    }

    /// Whether a file has its name: both names are the same file's, or it was moved.
    private boolean hasCome(String name) throws IOException {
        return same(in(name), fresh(name)) || (!exists(fresh(name)) && exists(in(name)));
    }

    /// Makes the folder what it was.
    private void undo() throws IOException {
        for (String list : lists) {
            if (same(in(list), fresh(list))) {
                disk.delete(in(list));
            }
        }
        var names = new TreeSet<>(namesIn(fresh("")));
        names.addAll(namesIn(kept("")));
        names.addAll(namesIn(moved("")));
        boolean whole = true;
        for (String name : names) {
            if (exists(kept(name)) && (hasCome(name) || !exists(in(name)))) {
                disk.rename(kept(name), in(name));
            } else if (same(in(name), fresh(name))) {
                disk.delete(in(name));
            } else if (exists(moved(name)) && hasCome(name)) {
                disk.rename(in(name), fresh(name));
            }
            whole &= !exists(kept(name)) || same(in(name), kept(name));
        }
        syncFoldersOf(List.copyOf(names));
        for (String list : lists) {
            if (whole && exists(kept(list)) && !exists(in(list))) {
                disk.rename(kept(list), in(list));
            }
        }
        disk.syncFolder(folder);
    }
}
