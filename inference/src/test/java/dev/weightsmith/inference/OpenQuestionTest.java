package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenQuestionTest {
    @TempDir private Path folder;

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("questions.json"), json);
    }

    @Test
    void otherKeysDoNotMatter() throws IOException {
        assertThat(
                        OpenQuestion.read(
                                file(
                                        "[{\"id\": 1, \"question\": \"Why?\", \"answer\": \" So \"}]")))
                .containsExactly(new OpenQuestion("Why?", "So"));
    }

    @Test
    void spacesAroundAnAnswerDoNotMatter() {
        assertThat(new OpenQuestion("Why?", "So").isAnsweredBy(" So\n")).isTrue();
    }

    @Test
    void moreThanTheAnswerIsWrong() {
        assertThat(new OpenQuestion("Why?", "So").isAnsweredBy("So there")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|expected a JSON array",
                "[]|is an empty list, expected questions",
                "[{\"question\": \"Why?\"}]|entry 1 has no answer",
                "[{\"question\": \"\", \"answer\": \"So\"}]|entry 1 has no question",
                "[{\"question\": \"Why?\", \"answer\": 7}]|entry 1 has no answer",
                "[1]|entry 1 has no question",
                "[|is not valid JSON",
            })
    void whatIsNoListOfQuestionsIsRefused(String json, String message) throws IOException {
        Path file = file(json);
        assertThatThrownBy(() -> OpenQuestion.read(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(message);
    }
}
