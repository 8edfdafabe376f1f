package dev.weightsmith.tokenizer;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Chat templates in a folder with a model, an adapter or a tokenizer: `chat_template.jinja` and
/// `additional_chat_templates/NAME.jinja`. They take the place of all that `tokenizer_config.json`
/// says, as in transformers 5.
public final class TemplateFiles {
    public static final String NAME = "chat_template.jinja";
    public static final String FOLDER = "additional_chat_templates";

    /// The field of `tokenizer_config.json`.
    public static final String FIELD = "chat_template";

    private static final String ENDING = ".jinja";

    /// More than any model has.
    private static final int MOST = 64;

    private static final int LONGEST_NAME = 200;

    private TemplateFiles() {}

    /// @throws FileException if a file is malformed or too large
    public static ChatTemplates read(Path folder) throws IOException {
        SequencedMap<String, Path> additional = additional(folder);
        if (hasStandard(folder) || !additional.isEmpty()) {
            return read(folder, additional);
        }
        Path config = folder.resolve(TokenizerFiles.CONFIG);
        return Files.isRegularFile(config)
                ? ChatTemplates.of(config, StrictJson.readObject(config).path(FIELD))
                : ChatTemplates.none();
    }

    /// Whether a folder has templates in files of their own.
    public static boolean areIn(Path folder) throws IOException {
        return hasStandard(folder) || !additional(folder).isEmpty();
    }

    private static boolean hasStandard(Path folder) {
        return Files.isRegularFile(folder.resolve(NAME));
    }

    private static ChatTemplates read(Path folder, SequencedMap<String, Path> additional)
            throws IOException {
        Optional<String> standard =
                hasStandard(folder)
                        ? Optional.of(ChatTemplates.text(folder.resolve(NAME)))
                        : Optional.empty();
        SequencedMap<String, String> named = new LinkedHashMap<>();
        for (var entry : additional.entrySet()) {
            String text = ChatTemplates.text(entry.getValue());
            if (entry.getKey().equals(ChatTemplates.STANDARD)) {
                standard = Optional.of(text);
            } else {
                named.put(entry.getKey(), text);
            }
        }
        return new ChatTemplates(standard, named);
    }

    /// The files of named templates, by name.
    private static SequencedMap<String, Path> additional(Path folder) throws IOException {
        SequencedMap<String, Path> files = new TreeMap<>();
        Path all = folder.resolve(FOLDER);
        if (!Files.isDirectory(all)) {
            return files;
        }
        try (var entries = Files.newDirectoryStream(all)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (isAdditional(name) && Files.isRegularFile(entry)) {
                    files.put(name.substring(0, name.length() - ENDING.length()), entry);
                    requireFew(all, files.size());
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, all, "cannot be listed: " + e.getMessage()), e);
        }
        return files;
    }

    /// Whether a file in [#FOLDER] is a template.
    public static boolean isAdditional(String name) {
        return name.endsWith(ENDING)
                && name.length() > ENDING.length()
                && name.length() <= LONGEST_NAME + ENDING.length();
    }

    /// @throws FileException if these are more files than any model has
    public static void requireFew(Path place, int files) throws FileException {
        if (files > MOST) {
            throw FileException.overLimit(
                    place, "holds more than %d chat templates".formatted(MOST));
        }
    }

    /// The files that say `templates`, by relative name. What a template is called becomes a plain
    /// name, whoever called it so.
    public static SequencedMap<String, byte[]> of(ChatTemplates templates) {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        templates.standard().ifPresent(text -> files.put(NAME, bytes(text)));
        templates
                .named()
                .forEach((name, text) ->
                        files.put(FOLDER + "/" + plain(name) + ENDING, bytes(text)));
        return files;
    }

    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return plain.isEmpty() ? "_" : plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
