package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateChoiceTest {
    private static final ChatTemplates NONE = ChatTemplates.none();
    private static final ChatTemplates BASE = ChatTemplates.of("base's");

    @TempDir private Path folder;

    /// An adapter that says nothing and brings no vocabulary.
    private static TemplateChoice.Adapter adapter(String name) {
        return new TemplateChoice.Adapter(name, NONE, Optional.empty(), OptionalLong.empty());
    }

    private static TemplateChoice.Adapter saying(String name, String template) {
        return new TemplateChoice.Adapter(
                name, ChatTemplates.of(template), Optional.empty(), OptionalLong.empty());
    }

    private static TemplateChoice.Adapter bringing(String name, long vocabulary) {
        return new TemplateChoice.Adapter(
                name, NONE, Optional.empty(), OptionalLong.of(vocabulary));
    }

    private static TemplateChoice.Adapter published(String name, String model) {
        return new TemplateChoice.Adapter(name, NONE, Optional.of(model), OptionalLong.empty());
    }

    private static TemplateChoice choose(
            ChatTemplates base, long vocabulary, TemplateChoice.Adapter... adapters) {
        return TemplateChoice.of(Optional.empty(), Arrays.asList(adapters), base, vocabulary);
    }

    private static TemplateChoice choose(
            String asked, ChatTemplates base, TemplateChoice.Adapter... adapters)
            throws IOException {
        return TemplateChoice.of(
                Optional.of(TemplateChoice.Asked.of(asked)), List.of(adapters), base, 49954);
    }

    private static ChatTemplates builtIn(String name) {
        return ChatTemplates.of(ChatTemplates.builtIn(name));
    }

    @Test
    void whatIsAskedForComesBeforeAll() throws IOException {
        TemplateChoice choice = choose("llama2", BASE, saying("a", "a's"));
        assertThat(choice.templates()).isEqualTo(builtIn("llama2"));
        assertThat(choice.why()).isEqualTo("chat template: llama2, as asked for");
    }

    @Test
    void noneCanBeAskedFor() throws IOException {
        TemplateChoice choice = choose("none", BASE, saying("a", "a's"));
        assertThat(choice.templates()).isEqualTo(NONE);
        assertThat(choice.why()).isEqualTo("chat template: none, as asked for");
    }

    @Test
    void aFileCanBeAskedFor() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.jinja"), "mine");
        TemplateChoice choice = choose(file.toString(), BASE);
        assertThat(choice.templates()).isEqualTo(ChatTemplates.of("mine"));
        assertThat(choice.why()).isEqualTo("chat template: %s, as asked for".formatted(file));
        assertThat(TemplateChoice.Asked.file(file.toString())).contains(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "alpaca", "llama2"})
    void namesAreNoFiles(String name) {
        assertThat(TemplateChoice.Asked.file(name)).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        String missing = folder.resolve("alpacca").toString();
        assertThatThrownBy(() -> TemplateChoice.Asked.of(missing))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("no such file, and no template's name");
    }

    @Test
    void theLastAdapterThatSaysOneComesBeforeWhatIsRecognised() {
        TemplateChoice choice =
                choose(
                        BASE,
                        49954,
                        saying("first", "first's"),
                        saying("second", "second's"),
                        bringing("third", 49954));
        assertThat(choice.templates()).isEqualTo(ChatTemplates.of("second's"));
        assertThat(choice.why()).isEqualTo("chat template: own, which second brings");
    }

    @Test
    void theVocabularyOfChineseAlpacaComesBeforeTheBase() {
        TemplateChoice choice = choose(BASE, 49954, bringing("x", 49953), bringing("y", 49954));
        assertThat(choice.templates()).isEqualTo(builtIn("alpaca"));
        assertThat(choice.why())
                .isEqualTo("chat template: alpaca, for the vocabulary is Chinese-Alpaca's");
    }

    @ParameterizedTest
    @CsvSource({
        "Chinese-Alpaca-Plus-7B, alpaca",
        "Chinese-Alpaca-33B, alpaca",
        "Chinese-Alpaca-2-7B, llama2"
    })
    void aPublishedDigestComesBeforeTheBase(String model, String template) {
        TemplateChoice choice = choose(BASE, 50000, published("x", model));
        assertThat(choice.templates()).isEqualTo(builtIn(template));
        assertThat(choice.why())
                .isEqualTo(
                        "chat template: %s, for x is %s by its SHA-256".formatted(template, model));
    }

    @Test
    void aPublishedModelThatDoesNotChatHasNone() {
        assertThat(choose(NONE, 49953, published("x", "Chinese-LLaMA-Plus-7B")).templates())
                .isEqualTo(NONE);
    }

    @Test
    void theSecondGenerationIsRecognisedByVocabularyAndName() {
        TemplateChoice choice = choose(BASE, 55296, bringing("Chinese-Alpaca-2-LoRA-7B", 55296));
        assertThat(choice.templates()).isEqualTo(builtIn("llama2"));
        assertThat(choice.why())
                .isEqualTo(
                        "chat template: llama2, for the vocabulary is the second generation's and"
                                + " Chinese-Alpaca-2-LoRA-7B is called alpaca");
    }

    @ParameterizedTest
    @CsvSource({"55296, chinese-llama-2-lora-7b", "32000, alpaca-lora-7b", "49953, alpaca"})
    void neitherVocabularyNorNameAloneMakesTheSecondGeneration(long vocabulary, String name) {
        assertThat(choose(BASE, vocabulary, bringing(name, vocabulary)).templates())
                .isEqualTo(BASE);
    }

    @Test
    void theBasesOwnStaysWhereNothingIsRecognised() {
        TemplateChoice choice = choose(BASE, 32000, adapter("x"));
        assertThat(choice.templates()).isEqualTo(BASE);
        assertThat(choice.why()).isEqualTo("chat template: own, as the base's files say");
    }

    /// So a folder that was written with another template keeps it when it is converted.
    @Test
    void aModelThatNoAdapterMadeAnotherKeepsItsOwn() {
        TemplateChoice choice = choose(BASE, 49954);
        assertThat(choice.templates()).isEqualTo(BASE);
        assertThat(choice.why()).isEqualTo("chat template: own, as its files say");
    }

    @Test
    void anAdapterWithoutVocabularyLeavesAnAlpacaItsOwn() {
        assertThat(choose(BASE, 49954, adapter("x")).templates()).isEqualTo(BASE);
    }

    @Test
    void aModelOfTheVocabularyOfChineseAlpacaThatSaysNothingIsRecognised() {
        assertThat(choose(NONE, 49954).templates()).isEqualTo(builtIn("alpaca"));
    }

    @Test
    void otherwiseThereIsNoneAndItIsSaid() {
        TemplateChoice choice = choose(NONE, 32000, adapter("x"));
        assertThat(choice.templates()).isEqualTo(NONE);
        assertThat(choice.why())
                .isEqualTo(
                        "chat template: none, for no file brings one and none is recognised:"
                                + " --chat-template gives one");
    }

    @Test
    void namesComeOutPrintable() {
        assertThat(choose(NONE, 1, saying("a\u001b[31m", "t")).why()).contains("a\\u{1b}[31m");
    }
}
