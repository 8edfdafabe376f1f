package dev.weightsmith.format;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds the files that an index names, and none outside its folder
/// (docs/specs/hostile-inputs.md#archives-and-paths).
final class ShardFolder {
    private final Path index;
    private final Path folder;

    ShardFolder(Path index) {
        this.index = index;
        var parent = index.getParent();
        this.folder = parent == null ? Path.of(".") : parent;
    }

    Path path() {
        return folder;
    }

    /// The distinct files, by name.
    ///
    /// @throws FileException if one is missing, or its name or a link leads elsewhere
    List<Path> resolve(Iterable<String> names) throws IOException {
        var distinct = new TreeSet<String>();
        names.forEach(distinct::add);
        requireDistinct(distinct);
        var files = new ArrayList<Path>();
        for (var name : distinct) {
            files.add(resolve(name));
        }
        return files;
    }

    /// The file of that name; its name is not checked again.
    Path file(String name) {
        return folder.resolve(name);
    }

    /// Names that one file system tells apart and another does not are refused everywhere.
    private void requireDistinct(Set<String> names) throws FileException {
        Map<String, String> folded = new HashMap<>();
        for (var name : names) {
            String form = Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
            var other = folded.putIfAbsent(form, name);
            if (other != null) {
                throw FileException.refused(
                        index,
                        "shards %s and %s differ only by case or form"
                                .formatted(Printable.name(other), Printable.name(name)));
            }
        }
    }

    private Path resolve(String name) throws IOException {
        requireInside(name);
        try {
            var file = folder.resolve(name);
            var real = file.toRealPath();
            if (!isInside(real)) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.REFUSED,
                                        index,
                                        "shard %s is a link out of the folder, to %s"
                                                .formatted(
                                                        Printable.name(name),
                                                        Printable.name(real.toString())))
                                .withHint("copy the file into the folder"));
            }
            return file;
        } catch (InvalidPathException e) {
            throw leaves(name);
        } catch (NoSuchFileException e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    index,
                                    "shard %s is missing".formatted(Printable.name(name)))
                            .withHint("copy or download it again, into the folder of the index"),
                    e);
        } catch (FileException e) {
            throw e;
        } catch (IOException e) {
            throw new FileException(
                    Problem.of(
                            ErrorKind.IO,
                            index,
                            "shard %s cannot be found: %s"
                                    .formatted(Printable.name(name), e.getMessage())),
                    e);
        }
    }

    private void requireInside(String name) throws FileException {
        boolean plain =
                !name.isEmpty()
                        && !name.startsWith("/")
                        && name.chars().noneMatch(c -> c == '\\' || c == ':' || c < ' ')
                        && List.of(name.split("/", -1)).stream()
                                .noneMatch(part ->
                                        part.isEmpty() || part.equals(".") || part.equals(".."));
        if (!plain) {
            throw leaves(name);
        }
    }

    private FileException leaves(String name) {
        return FileException.refused(
                index,
                "shard %s is no name of a file in the folder".formatted(Printable.name(name)));
    }

    /// Hugging Face's download cache keeps `snapshots/<revision>/` with links to its `blobs/`; that
    /// is the one place outside that links may lead to.
    private boolean isInside(Path real) throws IOException {
        var root = folder.toRealPath();
        if (real.startsWith(root)) {
            return true;
        }
        var snapshots = root.getParent();
        return snapshots != null
                && snapshots.endsWith("snapshots")
                && Files.isDirectory(snapshots.resolveSibling("blobs"))
                && real.startsWith(snapshots.resolveSibling("blobs"));
    }
}
