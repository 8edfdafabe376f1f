package dev.weightsmith.io;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where an output will be, what would give way to it, and whether it may.
///
/// @param path absolute
/// @param names of the output's files in [#folder], without lists of digests
/// @param option of the command line that said so, for hints
public record Destination(Path path, Form form, List<String> names, String option) {
    private static final int SHOWN = 20;

    /// How deep the files of a model lie in its folder, at most.
    private static final int DEPTH = 2;

    /// What becomes of what is there.
    public enum Form {
        /// One file, without more.
        PAGE,
        /// One file with its digest beside it.
        MODEL,
        /// A folder, which is replaced as a whole.
        FOLDER,
        /// Files in a folder whose other files stay.
        ADDITION,
        /// A folder that can be made again at any time: whatever is there gives way, and no list
        /// stands in it.
        CACHE
    }

    public Destination {
        path = path.toAbsolutePath().normalize();
        names = List.copyOf(names);
    }

    /// One file: a report, a list.
    public static Destination page(Path file, String option) {
        return new Destination(file, Form.PAGE, List.of(nameOf(file)), option);
    }

    /// A model in one file.
    public static Destination model(Path file) {
        return new Destination(file, Form.MODEL, List.of(nameOf(file)), "--out");
    }

    /// A folder with these files and no others.
    public static Destination folder(Path folder, List<String> names) {
        return new Destination(folder, Form.FOLDER, names, "--out");
    }

    /// Files that join those of a folder, which is made where it does not exist.
    public static Destination addition(Path folder, List<String> names, String option) {
        return new Destination(folder, Form.ADDITION, names, option);
    }

    /// A folder of the program's own, with these files and no others.
    public static Destination cache(Path folder, List<String> names) {
        return new Destination(folder, Form.CACHE, names, "cache folder");
    }

    private static String nameOf(Path file) {
        Path name = file.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }

    /// Whether the final name is a file's.
    public boolean isFile() {
        return form == Form.PAGE || form == Form.MODEL;
    }

    /// The folder in which the files will be.
    Path folder() {
        Path parent = path.getParent();
        return isFile() && parent != null ? parent : path;
    }

    /// The folder that the final name is in.
    Path home() {
        return path.resolveSibling(".").normalize();
    }

    /// The lists of digests that the output would have, in the order in which they get their names.
    /// None that names a file of it may be left as it is.
    List<String> lists() throws IOException {
        return switch (form) {
            case PAGE, MODEL -> {
                String beside = nameOf(Sums.beside(path));
                var lists = new ArrayList<String>();
                if (form == Form.MODEL || isDigestOfThis(Sums.beside(path))) {
                    lists.add(beside);
                }
                Optional<Sums> shared = Sums.read(folder().resolve(Sums.NAME));
                if (shared.isPresent() && shared.get().namesOneOf(List.of(nameOf(path), beside))) {
                    lists.add(Sums.NAME);
                }
                yield lists;
            }
            case FOLDER, ADDITION -> List.of(Sums.NAME);
            case CACHE -> List.of();
        };
    }

    private boolean isDigestOfThis(Path list) throws IOException {
        Optional<Sums> digest = Sums.read(list);
        return digest.isPresent()
                && digest.get().lines().stream().allMatch(line -> line.name().equals(nameOf(path)));
    }

    /// The list that a list of the output continues: that of a folder whose other files stay.
    Optional<Sums> listBefore(String list) throws IOException {
        return form != Form.FOLDER && list.equals(Sums.NAME)
                ? Sums.read(folder().resolve(list))
                : Optional.empty();
    }

    /// The same, as the disk is now: what joins nothing is a folder of its own.
    Destination now() throws IOException {
        return form == Form.ADDITION && isFree()
                ? new Destination(path, Form.FOLDER, names, option)
                : this;
    }

    /// Whether something is there that would have to give way.
    boolean isTaken() throws IOException {
        return switch (form) {
            case PAGE, MODEL -> exists(path);
            case FOLDER, CACHE -> !isFree();
            case ADDITION -> {
                for (String name : names) {
                    if (exists(path.resolve(name))) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    private boolean isFree() throws IOException {
        return !exists(path)
                || (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        && PrivateFolder.entries(path).isEmpty());
    }

    /// A name that cannot be (too long, below a file) must not come out after hours of writing.
    static boolean exists(Path path) throws FileException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw OutputFile.failed(path, e);
        }
    }

    /// What gives way to the output.
    ///
    /// @throws FileException if something does that may not
    public Displaced displaced(boolean overwrite) throws IOException {
        if (names.contains("") || path.getParent() == null) {
            throw conflict("is not a name for an output");
        }
        if (names.contains(Sums.NAME)) {
            throw conflict("is the name of a list of digests");
        }
        if (Files.isSymbolicLink(path)) {
            throw conflict("is a symbolic link, expected a new name");
        }
        return switch (now().form) {
            case PAGE, MODEL -> displacedByFile(overwrite);
            case FOLDER -> isFree() ? Displaced.none() : displacedByFolder(overwrite);
            case ADDITION -> displacedByAddition(overwrite);
            case CACHE -> Displaced.none();
        };
    }

    /// The same output in another place.
    Destination at(Path place) {
        return new Destination(place, form, names, option);
    }

    /// A file that is named is replaced as asked. The digest beside it goes with it, if it is one.
    private Displaced displacedByFile(boolean overwrite) throws IOException {
        var replaced = new ArrayList<String>();
        if (exists(path)) {
            requireOverwrite(overwrite, path);
            if (Files.isDirectory(path)) {
                throw conflict("is a folder, expected a file");
            }
            replaced.addAll(names);
        }
        Path beside = Sums.beside(path);
        if (form == Form.MODEL && exists(beside) && !isDigestOfThis(beside)) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.OUTPUT_CONFLICT,
                                    beside,
                                    "is not the digest of "
                                            + Printable.name(nameOf(path))
                                            + " alone, and would be replaced by it")
                            .withHint("move it away, or choose another " + option));
        }
        for (String list : lists()) {
            if (exists(folder().resolve(list))) {
                replaced.add(list);
            }
        }
        return new Displaced(replaced, List.of());
    }

    private Displaced displacedByFolder(boolean overwrite) throws IOException {
        requireOverwrite(overwrite, path);
        if (!Files.isDirectory(path)) {
            throw conflict("is a file, expected a folder");
        }
        List<String> present = present();
        requireReplaceable(present);
        if (names.stream().noneMatch(ModelFiles::isWeights)) {
            Optional<String> weights = present.stream().filter(ModelFiles::isWeights).findFirst();
            if (weights.isPresent()) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.OUTPUT_CONFLICT,
                                        path,
                                        "holds "
                                                + Printable.name(weights.get())
                                                + ", and what would replace it holds no weights")
                                .withHint("choose another " + option));
            }
        }
        Predicate<String> comesAgain = name -> names.contains(name) || name.equals(Sums.NAME);
        return new Displaced(
                present.stream().filter(comesAgain).toList(),
                present.stream().filter(comesAgain.negate()).toList());
    }

    private Displaced displacedByAddition(boolean overwrite) throws IOException {
        if (!Files.isDirectory(path)) {
            throw conflict("is a file, expected a folder");
        }
        var replaced = new ArrayList<String>();
        for (String name : names) {
            if (exists(path.resolve(name))) {
                requireOverwrite(overwrite, path.resolve(name));
                replaced.add(name);
            }
        }
        requireReplaceable(replaced);
        Path list = path.resolve(Sums.NAME);
        if (exists(list)) {
            if (Sums.read(list).isEmpty()) {
                throw conflict("holds a " + Sums.NAME + " that is no list of digests");
            }
            replaced.add(Sums.NAME);
        }
        return new Displaced(replaced, List.of());
    }

    private void requireOverwrite(boolean overwrite, Path existing) throws FileException {
        if (!overwrite) {
            throw new FileException(
                    Problem.of(ErrorKind.OUTPUT_CONFLICT, existing, "exists already")
                            .withHint("choose another name, or --overwrite to replace it"));
        }
    }

    /// Everything that is in the folder but folders, by relative names.
    private List<String> present() throws IOException {
        return entries(path, Integer.MAX_VALUE).stream()
                .map(file -> relative(path, file))
                .sorted()
                .toList();
    }

    static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace(File.separatorChar, '/');
    }

    /// Only what the folder's list of digests names may go, and only as it was then.
    private void requireReplaceable(List<String> going) throws IOException {
        Path list = path.resolve(Sums.NAME);
        Optional<Sums> sums = Sums.read(list);
        var unnamed = new ArrayList<String>();
        var changed = new ArrayList<String>();
        for (String name : going) {
            Optional<String> digest = sums.flatMap(all -> all.digest(name));
            Path file = path.resolve(name);
            if (name.equals(Sums.NAME) && sums.isPresent()) {
                continue;
            }
            if (digest.isEmpty() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                unnamed.add(name);
            } else if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(list))
                            > 0
                    && !Sums.digestOf(file).equals(digest.get())) {
                changed.add(name);
            }
        }
        if (!unnamed.isEmpty() || !changed.isEmpty()) {
            var reasons = new ArrayList<String>();
            if (!unnamed.isEmpty()) {
                reasons.add(
                        shown(unnamed)
                                + (sums.isPresent()
                                        ? " (not named in its " + Sums.NAME + ")"
                                        : " (it has no " + Sums.NAME + ")"));
            }
            if (!changed.isEmpty()) {
                reasons.add(shown(changed) + " (changed since it was written)");
            }
            throw new FileException(
                    Problem.of(
                                    ErrorKind.OUTPUT_CONFLICT,
                                    path,
                                    "holds what may not be removed: " + String.join("; ", reasons))
                            .withHint(
                                    "--overwrite removes only what Weightsmith wrote: move the rest"
                                            + " away, or choose another "
                                            + option));
        }
    }

    private static String shown(List<String> names) {
        return names.stream().limit(SHOWN).map(Printable::name).collect(Collectors.joining(", "))
                + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }

    /// The time for a new list of digests in a folder: that of the one before where something has
    /// changed since, for by their times it is told what may be replaced.
    Optional<FileTime> listTime() throws IOException {
        Path list = folder().resolve(Sums.NAME);
        Optional<Sums> sums = Sums.read(list);
        if (sums.isEmpty()) {
            return Optional.empty();
        }
        FileTime written = Files.getLastModifiedTime(list);
        for (Sums.Line line : sums.get().lines()) {
            if (!names.contains(line.name()) && isNewer(folder(), line.name(), written)) {
                return Optional.of(written);
            }
        }
        return Optional.empty();
    }

    private static boolean isNewer(Path folder, String name, FileTime time) throws IOException {
        try {
            Path file = folder.resolve(name);
            return Files.isRegularFile(file) && Files.getLastModifiedTime(file).compareTo(time) > 0;
        } catch (InvalidPathException e) {
            // Nothing can have this name here.
            return false;
        }
    }

    /// No input of a job may be its output, or be in a folder that gives way to it: not by name,
    /// not by link, not by the folder it is in.
    ///
    /// @param inputs files, and folders whose models are read
    /// @throws FileException if one is
    public void requireApartFrom(Collection<Path> inputs) throws IOException {
        Map<Object, Path> going = new HashMap<>();
        for (Path file : going()) {
            going.put(key(file), file);
        }
        for (Path input : inputs) {
            if (!Files.exists(input)) {
                continue;
            }
            if (form == Form.FOLDER && Files.exists(path) && isWithin(input, path)) {
                throw isInput(path, input);
            }
            for (Path file : filesOf(input)) {
                Path same = going.get(key(file));
                if (same != null) {
                    throw isInput(same, file);
                }
            }
        }
    }

    private static boolean isWithin(Path input, Path folder) throws IOException {
        return input.toRealPath().startsWith(folder.toRealPath())
                || input.toAbsolutePath().normalize().startsWith(folder);
    }

    /// Files that exist and would not, or not as they are.
    private List<Path> going() throws IOException {
        List<Path> all =
                switch (form) {
                    case PAGE, MODEL, ADDITION ->
                            Stream.concat(names.stream(), lists().stream())
                                    .map(folder()::resolve)
                                    .toList();
                    case FOLDER, CACHE ->
                            Files.isDirectory(path)
                                    ? entries(path, Integer.MAX_VALUE)
                                    : List.of(path);
                };
        return all.stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> filesOf(Path input) throws IOException {
        Stream<Path> files =
                Files.isDirectory(input)
                        ? entries(input, DEPTH).stream().filter(ModelFiles::isRead)
                        : Stream.concat(Stream.of(input), textsBeside(input).stream());
        return files.filter(Files::exists).toList();
    }

    private static List<Path> textsBeside(Path input) throws IOException {
        if (!ModelFiles.hasTexts(input)) {
            return List.of();
        }
        try {
            return entries(input.resolveSibling("").toAbsolutePath(), 1).stream()
                    .filter(ModelFiles::isText)
                    .toList();
        } catch (AccessDeniedException e) {
            // What is in the folder can still be read by its name.
            return List.of();
        }
    }

    /// Everything below a folder that is no folder itself.
    private static List<Path> entries(Path folder, int depth) throws IOException {
        var all = new ArrayList<Path>();
        for (Path entry : PrivateFolder.entries(folder)) {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                all.add(entry);
            } else if (depth > 1) {
                all.addAll(entries(entry, depth - 1));
            }
        }
        return all;
    }

    /// What two names of one file have in common.
    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }

    private FileException isInput(Path output, Path input) {
        Path given = input.toAbsolutePath().normalize();
        String also = given.equals(output) ? "" : ": " + Printable.text(input.toString());
        return new FileException(
                Problem.of(
                                ErrorKind.OUTPUT_CONFLICT,
                                output,
                                (given.startsWith(output) && !also.isEmpty() ? "holds" : "is")
                                        + " an input of this job"
                                        + also)
                        .withHint("choose another " + option));
    }

    /// Two outputs of one job may not be one file, nor one be a file where the other is a folder.
    ///
    /// @throws FileException if this is one of the files of `other`
    public void requireApartFrom(Destination other) throws IOException {
        Path place = real(other.path);
        Path home = real(other.folder());
        List<Path> theirs =
                Stream.concat(
                                other.names.stream(),
                                Stream.of(nameOf(Sums.beside(other.path)), Sums.NAME))
                        .map(home::resolve)
                        .toList();
        for (String mine : names) {
            Path file = real(folder().resolve(mine));
            if (place.startsWith(file) || theirs.stream().anyMatch(file::startsWith)) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.OUTPUT_CONFLICT,
                                        folder().resolve(mine),
                                        "is another output of this job")
                                .withHint("choose another " + option));
            }
        }
    }

    /// The name without links, as far as it exists.
    private static Path real(Path path) throws IOException {
        Path parent = path.getParent();
        if (Files.exists(path) || parent == null) {
            return path.toRealPath();
        }
        return real(parent).resolve(path.getFileName());
    }

    /// Where a file is put that is made after another output: among its files, where that is a
    /// folder and the file's place is in it.
    public Destination joining(Destination other) throws IOException {
        if (other.isFile() || form != Form.PAGE) {
            return this;
        }
        Path home = real(other.path);
        Path file = real(path);
        return file.startsWith(home) && !file.equals(home)
                ? addition(other.path, List.of(relative(home, file)), option)
                : this;
    }

    private FileException conflict(String message) {
        return new FileException(Problem.of(ErrorKind.OUTPUT_CONFLICT, path, message));
    }
}
