package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileNamesTest {
    @Test
    void theLastPartIsEnoughWhereItIsDifferent() {
        assertThat(FileNames.of(List.of(Path.of("/home/me/a.gguf"), Path.of("/data/b.gguf"))))
                .containsExactly("a.gguf", "b.gguf");
    }

    @Test
    void filesOfOneNameAreToldApartByTheirFolders() {
        assertThat(
                        FileNames.of(
                                List.of(
                                        Path.of("/m/llama/tokenizer.model"),
                                        Path.of("/m/alpaca/tokenizer.model"),
                                        Path.of("/m/other.model"))))
                .containsExactly("llama/tokenizer.model", "alpaca/tokenizer.model", "other.model");
    }

    @Test
    void theSameFileHasTheSameNameTwice() {
        assertThat(FileNames.of(List.of(Path.of("/m/a"), Path.of("/m/x/../a"))))
                .containsExactly("a", "a");
    }

    @Test
    void oneFileMayLieAboveAnother() {
        assertThat(FileNames.of(List.of(Path.of("/a"), Path.of("/b/a"), Path.of("/"))))
                .containsExactly("a", "b/a", "/");
    }

    @Test
    void theCurrentFolderHasAName() {
        assertThat(FileNames.of(Path.of("")))
                .isEqualTo(Path.of("").toAbsolutePath().getFileName().toString());
    }
}
