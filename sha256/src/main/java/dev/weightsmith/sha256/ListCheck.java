package dev.weightsmith.sha256;

import dev.weightsmith.digest.Digest;
import dev.weightsmith.digest.DigestList;
import dev.weightsmith.digest.DigestedFile;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Compares files with a list of their digests.
public final class ListCheck {
    /// What is true of one line of the list.
    public sealed interface Verdict {
        DigestList.Entry entry();

        /// The file has this digest.
        record Same(DigestList.Entry entry) implements Verdict {}

        /// The file has another.
        ///
        /// @param note why that could not be otherwise, or empty
        record Different(DigestList.Entry entry, Digest found, String note) implements Verdict {}

        /// The file could not be digested.
        record Failed(DigestList.Entry entry, Problem problem) implements Verdict {}
    }

    private final DigestList list;
    private final Map<Path, List<DigestList.Entry>> files = new LinkedHashMap<>();
    private final List<Verdict> impossible = new ArrayList<>();

    /// @param base the folder that the list's names start from
    public ListCheck(DigestList list, Path base) {
        this.list = list;
        for (DigestList.Entry entry : list.entries()) {
            try {
                Path file = base.resolve(entry.name());
                files.computeIfAbsent(file, _ -> new ArrayList<>()).add(entry);
            } catch (InvalidPathException e) {
                impossible.add(
                        new Verdict.Failed(
                                entry,
                                Problem.of(
                                        ErrorKind.IO,
                                        Printable.name(entry.name())
                                                + ": cannot be the name of a file here")));
            }
        }
    }

    /// Gives a verdict on each entry, in the list's order save that entries of one file come
    /// together: it is read once.
    public void run(FileDigester digester, Consumer<Verdict> verdicts) {
        impossible.forEach(verdicts);
        digester.digest(
                List.copyOf(files.keySet()),
                result -> {
                    for (DigestList.Entry entry : files.getOrDefault(result.file(), List.of())) {
                        verdicts.accept(verdict(entry, result));
                    }
                });
    }

    private Verdict verdict(DigestList.Entry entry, DigestedFile result) {
        return switch (result) {
            case DigestedFile.Failed failed -> new Verdict.Failed(entry, failed.problem());
            case DigestedFile.Done done when done.digest().equals(entry.digest()) ->
                    new Verdict.Same(entry);
            case DigestedFile.Done done ->
                    new Verdict.Different(entry, done.digest(), note(entry, done.file()));
        };
    }

    private String note(DigestList.Entry entry, Path file) {
        if (isSame(file, list.path())) {
            return "the list names itself, and no list holds its own digest";
        }
        return files.getOrDefault(file, List.of()).stream()
                .filter(other -> !other.digest().equals(entry.digest()))
                .findFirst()
                .map(other -> "line " + other.line() + " gives another digest for the same file")
                .orElse("");
    }

    /// The regular files beside listed ones that the list does not name, itself excepted.
    ///
    /// @throws IOException if a folder cannot be listed
    public List<Path> unlisted() throws IOException {
        var folders = new TreeSet<Path>();
        var listed = new TreeSet<Path>();
        for (Path file : files.keySet()) {
            Path normal = file.toAbsolutePath().normalize();
            listed.add(normal);
            Path folder = normal.getParent();
            if (folder != null && Files.isDirectory(folder)) {
                folders.add(folder);
            }
        }
        var unlisted = new ArrayList<Path>();
        for (Path folder : folders) {
            try (var entries = Files.newDirectoryStream(folder)) {
                for (Path file : entries) {
                    if (!listed.contains(file)
                            && Files.isRegularFile(file)
                            && !isSame(file, list.path())) {
                        unlisted.add(file);
                    }
                }
            }
        }
        unlisted.sort(null);
        return unlisted;
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }
}
