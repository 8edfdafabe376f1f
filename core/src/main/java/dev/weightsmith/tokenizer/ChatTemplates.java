package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// How a conversation becomes the text that a model was trained to answer: Jinja templates.
///
/// @param standard the one that is used unless another is asked for
/// @param named others, by name, in the file's order
public record ChatTemplates(Optional<String> standard, SequencedMap<String, String> named) {
    /// The templates that come with Weightsmith: Chinese-Alpaca's and Chinese-Alpaca-2's.
    public static final List<String> BUILT_IN = List.of("alpaca", "llama2");

    /// What a list of templates calls the standard one.
    static final String STANDARD = "default";

    private static final int LARGEST_FILE = 1 << 20;

    public ChatTemplates {
        named = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(named));
    }

    public static ChatTemplates none() {
        return new ChatTemplates(Optional.empty(), new LinkedHashMap<>());
    }

    public static ChatTemplates of(String template) {
        return new ChatTemplates(Optional.of(template), new LinkedHashMap<>());
    }

    /// One of [#BUILT_IN].
    public static String builtIn(String name) {
        if (!BUILT_IN.contains(name)) {
            throw new IllegalArgumentException("no built-in chat template " + name);
        }
        try (InputStream in = ChatTemplates.class.getResourceAsStream(name + ".jinja")) {
            if (in == null) {
                throw new IllegalStateException(name + ".jinja is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + ".jinja cannot be read from this build", e);
        }
    }

    /// The file that a user means by `nameOrFile`; empty for one of [#BUILT_IN].
    static Optional<Path> file(String nameOrFile) {
        return BUILT_IN.contains(nameOrFile) ? Optional.empty() : Optional.of(Path.of(nameOrFile));
    }

    /// What a user asks for by one of [#BUILT_IN] or the name of a file.
    public static String named(String nameOrFile) throws IOException {
        Optional<Path> given = file(nameOrFile);
        if (given.isEmpty()) {
            return builtIn(nameOrFile);
        }
        Path file = given.get();
        if (Files.notExists(file)) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, file, "no such file, and no template's name")
                            .withHint(
                                    "with Weightsmith come the templates "
                                            + String.join(" and ", BUILT_IN)));
        }
        return text(file);
    }

    /// The template in a file, for example `chat_template.jinja`.
    static String text(Path file) throws IOException {
        try (var input = InputFile.open(file)) {
            if (input.size() > LARGEST_FILE) {
                throw FileException.overLimit(
                        file, "is " + input.size() + " bytes, expected at most " + LARGEST_FILE);
            }
            return StrictJson.text(file, 0, input.bytes(0, (int) input.size()));
        }
    }

    /// The `chat_template` of a `tokenizer_config.json`: text, or a list of names and templates.
    static ChatTemplates of(Path file, JsonNode template) throws FileException {
        if (template.isMissingNode() || template.isNull()) {
            return none();
        }
        if (template.isTextual()) {
            return of(template.textValue());
        }
        Optional<String> standard = Optional.empty();
        SequencedMap<String, String> named = new LinkedHashMap<>();
        if (!template.isArray()) {
            throw FileException.malformed(file, "chat_template is neither text nor a list");
        }
        for (JsonNode entry : template) {
            if (!entry.path("name").isTextual() || !entry.path("template").isTextual()) {
                throw FileException.malformed(
                        file, "chat_template has an entry without name and template");
            }
            String name = entry.path("name").textValue();
            String text = entry.path("template").textValue();
            if (name.equals(STANDARD)) {
                standard = Optional.of(text);
            } else {
                named.put(name, text);
            }
        }
        return new ChatTemplates(standard, named);
    }

    public boolean isEmpty() {
        return standard.isEmpty() && named.isEmpty();
    }

    /// What people call them: one of [#BUILT_IN], else `own`, then the names of the others; `none`
    /// where there are none.
    public String title() {
        var names = new ArrayList<String>();
        standard.ifPresent(text -> names.add(builtInName(text).orElse("own")));
        names.addAll(named.keySet());
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static Optional<String> builtInName(String text) {
        return BUILT_IN.stream()
                .filter(name -> withoutLastBreak(builtIn(name)).equals(withoutLastBreak(text)))
                .findFirst();
    }

    /// As Jinja reads it.
    private static String withoutLastBreak(String template) {
        return template.replaceFirst("\\R$", "");
    }
}
