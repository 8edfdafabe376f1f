package dev.weightsmith.lora;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What stands beside a model's `config.json`, weights and tokenizer and belongs to the model; what
/// an adapter brings takes the place of the base's.
///
/// @param generation `generation_config.json`
/// @param code Python files by name, sorted: data that is copied, never run
/// @param remoteCode whether files may name code, in `auto_map` for example
public record Companions(
        Optional<ObjectNode> generation, SequencedMap<String, byte[]> code, boolean remoteCode) {
    /// No member of an archive gets another name than a plain one.
    private static final Pattern CODE =
            Pattern.compile("[^./\\\\\\p{Cntrl}][^/\\\\\\p{Cntrl}]*\\.py");

    static final int MOST_FILES = 256;
    private static final int LONGEST_NAME = 200;
    private static final int LARGEST_FILE = 16 << 20;

    public Companions {
        code = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(code));
    }

    public static Companions none() {
        return new Companions(Optional.empty(), new TreeMap<>(), true);
    }

    /// Those in a folder.
    ///
    /// @throws FileException if one is malformed or larger than such files are
    public static Companions read(Path folder) throws IOException {
        return new Companions(json(folder.resolve("generation_config.json")), code(folder), true);
    }

    static Optional<ObjectNode> json(Path file) throws IOException {
        return Files.isRegularFile(file)
                ? Optional.of(StrictJson.readObject(file))
                : Optional.empty();
    }

    static boolean isCode(String name) {
        return name.length() <= LONGEST_NAME && CODE.matcher(name).matches();
    }

    private static SequencedMap<String, byte[]> code(Path folder) throws IOException {
        var code = new TreeMap<String, byte[]>();
        try (var files = Files.newDirectoryStream(folder, "*.py")) {
            for (Path path : files) {
                String name = String.valueOf(path.getFileName());
                if (isCode(name) && Files.isRegularFile(path)) {
                    code.put(name, bytes(path));
                    requireFew(folder, code.size());
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, folder, "cannot be listed: " + e.getMessage()), e);
        }
        return code;
    }

    static void requireFew(Path place, int files) throws FileException {
        if (files > MOST_FILES) {
            throw FileException.overLimit(
                    place, "holds more than %d Python files".formatted(MOST_FILES));
        }
    }

    private static byte[] bytes(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            if (file.size() > LARGEST_FILE) {
                throw FileException.overLimit(
                        path,
                        "is %d bytes, expected at most %d".formatted(file.size(), LARGEST_FILE));
            }
            return file.bytes(0, (int) file.size());
        }
    }

    /// These, and of `base` what is not among them.
    public Companions over(Companions base) {
        return new Companions(
                generation.or(base::generation), code.isEmpty() ? base.code : code, remoteCode);
    }

    /// Without code, and with files that name none.
    public Companions withoutRemoteCode() {
        return new Companions(generation, new TreeMap<>(), false);
    }
}
