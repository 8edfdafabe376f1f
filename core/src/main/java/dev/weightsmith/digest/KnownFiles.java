package dev.weightsmith.digest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Files whose digests their makers have published.
///
/// The lists are data: `published.json` and `vocabularies.json` beside this class, and any file of
/// the same form (docs/formats/checkfile.md#lists-of-known-files).
public final class KnownFiles {
    private static final int MAX_FILES = 100_000;

    private final List<KnownFile> files;

    private KnownFiles(List<KnownFile> files) {
        this.files = List.copyOf(files);
    }

    /// The lists that come with the program.
    public static KnownFiles published() {
        return resource("published.json").and(resource("vocabularies.json"));
    }

    /// A list of the same form.
    ///
    /// @throws FileException if it cannot be read or is not of that form
    public static KnownFiles read(Path path) throws IOException {
        return parse(path, StrictJson.readObject(path));
    }

    /// These files and the others.
    public KnownFiles and(KnownFiles others) {
        var all = new ArrayList<>(files);
        all.addAll(others.files);
        return new KnownFiles(all);
    }

    public List<KnownFile> files() {
        return files;
    }

    /// What a file with this digest is; several where lists overlap, none where it is unknown.
    public List<KnownFile> find(Digest digest) {
        return files.stream().filter(file -> file.digest().equals(digest)).toList();
    }

    /// All files of the set that `member` belongs to, itself included.
    List<KnownFile> set(KnownFile member) {
        return files.stream().filter(member::isOfSameSet).toList();
    }

    /// What a file should be that is called like this: published files of the same name whose model
    /// the folder is named after, as in `chinese-alpaca-plus-lora-13b/adapter_model.bin`.
    public List<KnownFile> expected(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        Path folderName = folder == null ? null : folder.getFileName();
        if (folderName == null) {
            return List.of();
        }
        return called(folderName.toString(), Objects.toString(absolute.getFileName(), ""));
    }

    /// Published files of a name whose model is called like this.
    public List<KnownFile> called(String model, String name) {
        var words = ModelWords.of(model);
        return named(name).stream().filter(file -> words.mean(file.model())).toList();
    }

    /// Published files of a name.
    public List<KnownFile> named(String name) {
        return files.stream().filter(file -> file.name().filter(name::equals).isPresent()).toList();
    }

    /// Why the file at `path` is not what it is called like: empty if its digest is a published one
    /// or nothing is expected of the name. Callers decide whether that is an error.
    public Optional<Problem> mismatch(Path path, Digest found) {
        List<KnownFile> expected = expected(path);
        if (expected.isEmpty() || !find(found).isEmpty()) {
            return Optional.empty();
        }
        KnownFile first = expected.getFirst();
        return Optional.of(
                Problem.of(
                                ErrorKind.CHECK_FAILED,
                                path,
                                "is called like %s but differs: SHA-256 is %s, published is %s"
                                        .formatted(first, found, first.digest()))
                        .withHint(
                                "download the file again, or rename the folder if it is another model"));
    }

    private static KnownFiles resource(String name) {
        try (InputStream resource = KnownFiles.class.getResourceAsStream(name)) {
            var bytes = Objects.requireNonNull(resource, name).readAllBytes();
            return parse(Path.of(name), new ObjectMapper().readTree(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KnownFiles parse(Path path, JsonNode root) throws FileException {
        JsonNode array = root.path("files");
        if (!array.isArray()) {
            throw FileException.malformed(path, "\"files\" is missing, expected an array");
        }
        if (array.size() > MAX_FILES) {
            throw FileException.overLimit(
                    path, "lists %d files, expected at most %d".formatted(array.size(), MAX_FILES));
        }
        var files = new ArrayList<KnownFile>();
        for (JsonNode entry : array) {
            files.add(file(path, "files[" + files.size() + "]", entry));
        }
        return new KnownFiles(files);
    }

    private static KnownFile file(Path path, String place, JsonNode entry) throws FileException {
        String digits = required(path, place, entry, "sha256");
        if (!digits.matches("[0-9a-fA-F]{64}")) {
            throw FileException.malformed(
                    path, place + ": \"sha256\" is not 64 hexadecimal digits");
        }
        return new KnownFile(
                required(path, place, entry, "group"),
                required(path, place, entry, "model"),
                optional(path, place, entry, "part"),
                optional(path, place, entry, "name"),
                optional(path, place, entry, "family"),
                optional(path, place, entry, "title"),
                Digest.parse(digits));
    }

    private static String required(Path path, String place, JsonNode entry, String key)
            throws FileException {
        return optional(path, place, entry, key)
                .orElseThrow(() ->
                        FileException.malformed(
                                path, "%s: \"%s\" is missing".formatted(place, key)));
    }

    private static Optional<String> optional(Path path, String place, JsonNode entry, String key)
            throws FileException {
        JsonNode value = entry.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw FileException.malformed(path, "%s: \"%s\" is not a string".formatted(place, key));
        }
        return Optional.of(value.textValue());
    }
}
