package dev.weightsmith.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownFilesTest {
    private static final String UNKNOWN = "0".repeat(64);

    private final KnownFiles known = KnownFiles.published();

    @TempDir private Path folder;

    private KnownFile file(String model, String name) {
        return known.files().stream()
                .filter(file -> file.model().equals(model) && file.name().equals(Optional.of(name)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyPublishedDigestIsFound() throws IOException {
        JsonNode files =
                StrictJson.readObject(SharedData.path("published-sha256.json")).path("files");
        var missing = new ArrayList<String>();
        for (JsonNode file : files) {
            boolean found =
                    known.find(new Digest(file.path("sha256").textValue())).stream()
                            .anyMatch(entry ->
                                    entry.group().equals(file.path("group").textValue())
                                            && entry.model().equals(file.path("model").textValue())
                                            && entry.part()
                                                    .equals(
                                                            Optional.ofNullable(
                                                                    file.path("part")
                                                                            .textValue())));
            if (!found) {
                missing.add(file.toString());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void noDigestStandsForTwoFiles() {
        assertThat(known.files())
                .extracting(KnownFile::digest)
                .hasSameSizeAs(
                        new HashSet<>(known.files().stream().map(KnownFile::digest).toList()));
    }

    @ParameterizedTest
    @CsvSource({
        "llama.model, original LLaMA",
        "chinese-llama-2.model, Chinese-LLaMA-2 and Chinese-Alpaca-2",
    })
    void realVocabulariesAreRecognised(String name, String model) throws IOException {
        Digest digest = FileDigester.digest(SharedData.path("tokenizers/" + name));
        assertThat(known.find(digest)).extracting(KnownFile::model).containsExactly(model);
    }

    /// The project's list calls the vocabulary of Chinese-LLaMA LLaMA's.
    @ParameterizedTest
    @CsvSource({
        "e2676d4ca29ca1750f6ff203328d73b189321dc5776ceede037cbd36541d70c0,"
                + " 'Chinese-LLaMA: 49953 pieces, LLaMA''s and Chinese ones, no padding'",
        "2d967e855b1213a439df6c8ce2791f869c84b4f3b6cfacf22b86440b8192a2f8,"
                + " 'Chinese-Alpaca: 49954 pieces, Chinese-LLaMA''s and [PAD] for padding'"
    })
    void mergedVocabulariesAreCalledWhatTheyAre(String digest, String title) {
        assertThat(known.find(new Digest(digest)))
                .singleElement()
                .hasToString(title + " (tokenizer.model)");
    }

    @Test
    void otherDigestsAreNotFound() {
        assertThat(known.find(new Digest(UNKNOWN))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "7B/consolidated.00.pth, 7B",
        "llama-7b/consolidated.00.pth, 7B",
        "LLaMA_30B/consolidated.03.pth, 33B",
        "llama-13b-hf/pytorch_model-00002-of-00003.bin, 13B",
        "chinese-alpaca-plus-lora-13b/adapter_model.bin, Chinese-Alpaca-Plus-13B",
        "chinese_llama_lora_7b/adapter_model.bin, Chinese-LLaMA-7B",
        "chinese-alpaca-pro-lora-33b/adapter_model.bin, Chinese-Alpaca-Pro-33B",
    })
    void nameSaysWhichModelItShouldBe(Path path, String model) {
        assertThat(known.expected(path)).extracting(KnownFile::model).containsExactly(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7B/consolidated.01.pth",
                "7B/params.json",
                "llama-2-7b/consolidated.00.pth",
                "my-adapter/adapter_model.bin",
                "consolidated.00.pth"
            })
    void otherNamesPromiseNothing(Path path) {
        assertThat(known.expected(folder.resolve(path))).isEmpty();
    }

    @Test
    void fileThatBreaksItsPromiseIsToldWithBothDigests() {
        assertThat(known.mismatch(Path.of("7B/consolidated.00.pth"), new Digest(UNKNOWN)))
                .hasValueSatisfying(problem ->
                        assertThat(problem.message())
                                .contains(UNKNOWN)
                                .contains("700df0d3013b703a806d2ae7f1bfb8e5"));
    }

    @Test
    void publishedFileUnderAnotherNameIsNoMismatch() {
        assertThat(
                        known.mismatch(
                                Path.of("7B/consolidated.00.pth"),
                                file("13B", "consolidated.00.pth").digest()))
                .isEmpty();
    }

    private List<String> problems(KnownFile... files) {
        var recognised = new java.util.LinkedHashMap<Path, List<KnownFile>>();
        for (KnownFile file : files) {
            recognised.put(Path.of("f/" + recognised.size()), List.of(file));
        }
        return new KnownFolder(Path.of("f"), Map.copyOf(recognised))
                .problems(known).stream().map(problem -> problem.message()).toList();
    }

    @Test
    void completeSetHasNoProblem() {
        assertThat(
                        problems(
                                file("13B", "consolidated.00.pth"),
                                file("13B", "consolidated.01.pth"),
                                file("original LLaMA", "tokenizer.model")))
                .isEmpty();
    }

    @Test
    void missingPartIsNamed() {
        assertThat(problems(file("13B", "consolidated.00.pth")))
                .containsExactly(
                        "is incomplete: of 13B (original LLaMA, consolidated.NN.pth) there is no"
                                + " consolidated.01.pth");
    }

    @Test
    void partsOfTwoModelsAreAMixture() {
        assertThat(
                        problems(
                                file("13B", "consolidated.00.pth"),
                                file("Chinese-LLaMA-13B", "consolidated.01.pth")))
                .contains("mixes files of 13B and Chinese-LLaMA-13B");
    }

    @Test
    void tokenizerOfAnotherFamilyIsNamed() {
        assertThat(
                        problems(
                                file("Chinese-Alpaca-7B", "adapter_model.bin"),
                                file("LLaMA (7B, 13B, 33B)", "tokenizer.model")))
                .containsExactly(
                        "has the tokenizer of LLaMA (7B, 13B, 33B) beside files of"
                                + " Chinese-Alpaca-7B");
    }

    private KnownFiles read(String json) throws IOException {
        return KnownFiles.read(Files.writeString(folder.resolve("list.json"), json));
    }

    @Test
    void listOfOnesOwnIsRead() throws IOException {
        var mine =
                read(
                        "{\"files\":[{\"group\":\"g\",\"model\":\"m\",\"part\":null,\"sha256\":\""
                                + UNKNOWN
                                + "\"}]}");
        assertThat(known.and(mine).find(new Digest(UNKNOWN)))
                .extracting(KnownFile::toString)
                .containsExactly("m (g)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"files\":{}}",
                "{\"files\":[1]}",
                "{\"files\":[{\"group\":\"g\",\"model\":\"m\"}]}",
                "{\"files\":[{\"group\":\"g\",\"model\":\"m\",\"sha256\":\"00\"}]}",
                "{\"files\":[{\"group\":\"g\",\"model\":7,\"sha256\":\"00\"}]}"
            })
    void listOfAnotherFormIsMalformed(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(FileException.class);
    }
}
