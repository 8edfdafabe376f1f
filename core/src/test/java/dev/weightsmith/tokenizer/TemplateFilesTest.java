package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateFilesTest {
    @TempDir private Path folder;

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    private ChatTemplates read() throws IOException {
        return TemplateFiles.read(folder);
    }

    @Test
    void theFileComesBeforeTheConfiguration() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"old\"}");
        write("chat_template.jinja", "new");
        assertThat(read()).isEqualTo(ChatTemplates.of("new"));
    }

    @Test
    void theConfigurationCountsWhereThereIsNoFile() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"old\"}");
        assertThat(read()).isEqualTo(ChatTemplates.of("old"));
        assertThat(TemplateFiles.areIn(folder)).isFalse();
    }

    @Test
    void anEmptyFolderHasNone() throws IOException {
        assertThat(read().isEmpty()).isTrue();
    }

    @Test
    void additionalTemplatesAreCalledAsTheirFiles() throws IOException {
        write("chat_template.jinja", "D");
        write("additional_chat_templates/tool_use.jinja", "T");
        write("additional_chat_templates/rag.jinja", "R");
        write("additional_chat_templates/README.md", "no template");
        ChatTemplates templates = read();
        assertThat(templates.standard()).contains("D");
        assertThat(templates.named()).containsExactly(entry("rag", "R"), entry("tool_use", "T"));
        assertThat(templates.title()).isEqualTo("own, rag, tool_use");
    }

    private static java.util.Map.Entry<String, String> entry(String name, String text) {
        return java.util.Map.entry(name, text);
    }

    /// As transformers has it: files replace all that the configuration says.
    @Test
    void additionalTemplatesAloneReplaceTheConfigurationsToo() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"old\"}");
        write("additional_chat_templates/tool_use.jinja", "T");
        assertThat(read().standard()).isEmpty();
        assertThat(read().named()).containsOnlyKeys("tool_use");
    }

    @Test
    void anAdditionalTemplateCalledDefaultIsTheStandardOne() throws IOException {
        write("chat_template.jinja", "D");
        write("additional_chat_templates/default.jinja", "other");
        assertThat(read()).isEqualTo(ChatTemplates.of("other"));
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        var named = new LinkedHashMap<String, String>();
        named.put("tool_use", "T ü");
        var templates = new ChatTemplates(Optional.of("D\n"), named);
        for (var file : TemplateFiles.of(templates).entrySet()) {
            write(file.getKey(), new String(file.getValue(), StandardCharsets.UTF_8));
        }
        assertThat(read()).isEqualTo(templates);
    }

    @ParameterizedTest
    @CsvSource({
        "../../x, additional_chat_templates/______x.jinja",
        "a/b, additional_chat_templates/a_b.jinja",
        "'', additional_chat_templates/_.jinja",
        "ü, additional_chat_templates/_.jinja",
        "tool-use, additional_chat_templates/tool-use.jinja"
    })
    void aNameNeverLeadsOutOfTheFolder(String name, String file) {
        var named = new LinkedHashMap<String, String>();
        named.put(name, "T");
        assertThat(TemplateFiles.of(new ChatTemplates(Optional.empty(), named)))
                .containsOnlyKeys(file);
    }

    @Test
    void aLongNameIsCut() {
        var named = new LinkedHashMap<String, String>();
        named.put("n".repeat(300), "T");
        String file =
                TemplateFiles.of(new ChatTemplates(Optional.empty(), named)).firstEntry().getKey();
        assertThat(TemplateFiles.isAdditional(file.substring(file.indexOf('/') + 1))).isTrue();
    }

    @Test
    void moreFilesThanAnyModelHasAreRefused() throws IOException {
        for (int i = 0; i < 65; i++) {
            write("additional_chat_templates/" + i + ".jinja", "T");
        }
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> assertThat(e.problem().kind()).isEqualTo(ErrorKind.LIMIT));
    }

    @Test
    void aFileLargerThanAnyTemplateIsRefused() throws IOException {
        Files.write(folder.resolve("chat_template.jinja"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(this::read).hasMessageContaining("is 1048577 bytes");
    }

    @Test
    void aFolderInAFilesPlaceIsNoTemplate() throws IOException {
        Files.createDirectories(folder.resolve("chat_template.jinja"));
        Files.createDirectories(folder.resolve("additional_chat_templates/x.jinja"));
        assertThat(read().isEmpty()).isTrue();
    }

    @Test
    void builtInTemplatesHaveTheirNames() {
        String alpaca = ChatTemplates.builtIn("alpaca");
        assertThat(ChatTemplates.of(alpaca).title()).isEqualTo("alpaca");
        assertThat(ChatTemplates.of(alpaca.stripTrailing()).title()).isEqualTo("alpaca");
        assertThat(ChatTemplates.of(alpaca + "x").title()).isEqualTo("own");
        assertThat(ChatTemplates.none().title()).isEqualTo("none");
    }
}
