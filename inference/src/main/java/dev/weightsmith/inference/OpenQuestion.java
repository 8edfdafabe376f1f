package dev.weightsmith.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A question and the whole answer that is expected.
public record OpenQuestion(String question, String answer) {
    /// Reads a file: a JSON list of objects with the texts `question` and `answer`.
    ///
    /// @throws FileException if it is anything else, or empty
    public static List<OpenQuestion> read(Path file) throws IOException {
        var questions = new ArrayList<OpenQuestion>();
        for (JsonNode entry : StrictJson.readArray(file)) {
            questions.add(
                    new OpenQuestion(
                            text(file, questions.size(), entry, "question"),
                            text(file, questions.size(), entry, "answer")));
        }
        if (questions.isEmpty()) {
            throw FileException.malformed(file, "is an empty list, expected questions");
        }
        return questions;
    }

    private static String text(Path file, int index, JsonNode entry, String key)
            throws FileException {
        String text = entry.path(key).asText().strip();
        if (!entry.path(key).isTextual() || text.isEmpty()) {
            throw FileException.malformed(file, "entry " + (index + 1) + " has no " + key);
        }
        return text;
    }

    /// Whether a model has said just this.
    public boolean isAnsweredBy(String said) {
        return said.strip().equals(answer);
    }
}
