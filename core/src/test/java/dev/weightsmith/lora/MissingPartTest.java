package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MissingPartTest {
    private static final int LLAMA = 32000;
    private static final int CHINESE_LLAMA = 49953;
    private static final int CHINESE_ALPACA = 49954;

    @TempDir private Path folder;

    private LoraAdapter adapter(String name) throws IOException {
        return Adapters.open(folder, name, Adapters.pair());
    }

    private static MissingPart lenient() {
        return new MissingPart(Map.of(), false);
    }

    /// The finding as a line such as `WARNING message`; empty where there is none.
    private static String text(Optional<Finding> finding) {
        return finding.map(f -> f.severity() + " " + f.problem().message()).orElse("");
    }

    private String in(String name, int before, int after, TokenizerSize... tokenizer)
            throws IOException {
        return text(
                lenient()
                        .in(
                                adapter(name),
                                before,
                                after,
                                java.util.Arrays.stream(tokenizer).findFirst()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chinese-alpaca-plus-lora-7b",
                "chinese_alpaca_pro_lora_13b",
                "Chinese-Alpaca-Plus-LoRA-33B"
            })
    void anAlpacaPlusOrProByNameNeedsLlamaPlus(String name) throws IOException {
        assertThat(in(name, LLAMA, CHINESE_ALPACA))
                .isEqualTo(
                        "WARNING is called Chinese-Alpaca-Plus or -Pro, which was trained on"
                                + " Chinese-LLaMA-Plus, but the model that it is folded into has a"
                                + " vocabulary of 32000 (LLaMA)");
    }

    @Test
    void theWayOutIsSaid() throws IOException {
        var finding = lenient().in(adapter("alpaca-plus"), LLAMA, CHINESE_ALPACA, Optional.empty());
        assertThat(finding.flatMap(f -> f.problem().hint()))
                .contains(
                        "give the Chinese-LLaMA-Plus adapter of the same size with --lora before"
                                + " it");
    }

    @ParameterizedTest
    @ValueSource(ints = {CHINESE_LLAMA, CHINESE_ALPACA})
    void onWhatItWasTrainedOnItIsRight(int before) throws IOException {
        assertThat(in("chinese-alpaca-plus-lora-7b", before, CHINESE_ALPACA)).isEmpty();
    }

    /// Whatever its folder is called.
    @ParameterizedTest
    @CsvSource({
        "alpaca, Chinese-Alpaca-Plus-7B",
        "x, Chinese-Alpaca-Pro-13B",
        "chinese-alpaca-lora-33b, Chinese-Alpaca-Plus-33B"
    })
    void aPublishedOneIsKnownByItsDigest(String name, String model) throws IOException {
        LoraAdapter adapter = adapter(name);
        var found =
                new MissingPart(Map.of(adapter, model), false)
                        .in(adapter, LLAMA, CHINESE_ALPACA, Optional.empty());
        assertThat(text(found))
                .startsWith("WARNING is " + model + " by its SHA-256, which was trained on");
    }

    @ParameterizedTest
    @CsvSource({
        "chinese-alpaca-plus, Chinese-Alpaca-7B",
        "x, Chinese-Alpaca-33B",
        "x, Chinese-LLaMA-Plus-33B"
    })
    void aPublishedOneForPlainLlamaIsRightWhateverItIsCalled(String name, String model)
            throws IOException {
        LoraAdapter adapter = adapter(name);
        assertThat(
                        new MissingPart(Map.of(adapter, model), true)
                                .in(adapter, LLAMA, CHINESE_ALPACA, Optional.empty()))
                .isEmpty();
    }

    @Test
    void theVocabularyAloneIsAWarningToo() throws IOException {
        assertThat(in("second", LLAMA, CHINESE_ALPACA))
                .startsWith("WARNING brings the vocabulary of Chinese-Alpaca to plain LLaMA");
    }

    @Test
    void chineseAlpacaByNameIsANote() throws IOException {
        assertThat(in("chinese-alpaca-lora-7b", LLAMA, CHINESE_ALPACA))
                .startsWith("NOTE is folded into plain LLaMA: right for Chinese-Alpaca");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chinese-alpaca-plus", "second"})
    void whatIsKnownIsAnErrorWhereThatIsAskedFor(String name) throws IOException {
        var found =
                new MissingPart(Map.of(), true)
                        .in(adapter(name), LLAMA, CHINESE_ALPACA, Optional.empty());
        assertThat(text(found)).startsWith("ERROR ");
    }

    @ParameterizedTest
    @CsvSource({
        "chinese-llama-plus-lora-7b, 32000, 49953",
        "chinese-alpaca-2-lora-7b, 32000, 55296",
        "alpaca-pro, 32000, 32001"
    })
    void adaptersForPlainLlamaAreRight(String name, int before, int after) throws IOException {
        assertThat(in(name, before, after)).isEmpty();
    }

    /// The sample family's second adapter alone, and such stacks of others.
    @Test
    void aVocabularyThatGrowsByMoreThanTheTokensAddedIsAWarning() throws IOException {
        assertThat(in("second", 800, 1462, new TokenizerSize(1462, 1)))
                .isEqualTo(
                        "WARNING adds 1 token to a vocabulary of 1461, but is folded into a model"
                                + " of 800: it seems to stand on another adapter");
        assertThat(in("third", 32000, 45002, new TokenizerSize(45002, 2)))
                .startsWith("WARNING adds 2 tokens to a vocabulary of 45000");
    }

    @Test
    void oneThatIsCalledSoIsKnownWithoutKnowingTheVocabulary() throws IOException {
        var found =
                new MissingPart(Map.of(), true)
                        .in(
                                adapter("chinese-alpaca-plus"),
                                800,
                                1462,
                                Optional.of(new TokenizerSize(1462, 1)));
        assertThat(text(found)).startsWith("ERROR is called Chinese-Alpaca-Plus or -Pro");
    }

    @ParameterizedTest
    @CsvSource({
        "800, 1461, 1461, 0",
        "1461, 1462, 1462, 1",
        "32000, 32002, 32002, 2",
        // Rows beyond the tokenizer's tokens, of the base or of the adapter.
        "32000, 32064, 32002, 2",
        "32064, 32128, 32066, 66"
    })
    void aVocabularyThatGrowsByItsOwnTokensIsRight(int before, int after, int tokens, int own)
            throws IOException {
        assertThat(in("x", before, after, new TokenizerSize(tokens, own))).isEmpty();
    }

    @Test
    void newTokensThatNothingNamesAreAWarning() throws IOException {
        assertThat(in("x", 800, 1462))
                .isEqualTo(
                        "WARNING grows the vocabulary from 800 to 1462, but brings no tokenizer"
                                + " that says what the new tokens are");
    }
}
