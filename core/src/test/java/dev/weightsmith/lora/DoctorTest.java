package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    private static final Path BASE = Path.of("base");

    @TempDir private Path folder;

    private LoraAdapter adapter(String name, MemoryCheckpoint weights) throws IOException {
        return Adapters.open(folder, name, weights);
    }

    /// Findings as lines such as `NOTE base: has a vocabulary of 9`.
    private List<String> examine(Tensors model, Map<Path, Integer> pieces, LoraAdapter... adapters)
            throws IOException {
        TokenizerSize.Finder sizes =
                place ->
                        Optional.ofNullable(pieces.get(place))
                                .map(tokens -> new TokenizerSize(tokens, 0));
        return Doctor.examine(
                        BASE, model, List.of(adapters), sizes, new MissingPart(Map.of(), false))
                .stream()
                .map(f -> f.severity() + " " + f.problem())
                .map(line -> line.replace(folder + "/", ""))
                .toList();
    }

    private List<String> examine(Tensors model, LoraAdapter... adapters) throws IOException {
        return examine(model, Map.of(), adapters);
    }

    @Test
    void soundJobIsDescribed() throws IOException {
        var adapter = adapter("alpaca", Adapters.withVocabulary(49954, 1));
        assertThat(examine(Adapters.readable(32000), adapter))
                .containsExactly(
                        "NOTE base: has a vocabulary of 32000 (LLaMA)",
                        "NOTE alpaca: is folded into plain LLaMA: right for Chinese-Alpaca, but a"
                                + " Chinese-Alpaca-Plus adapter needs Chinese-LLaMA-Plus before it",
                        "NOTE alpaca: changes 1 modules with rank 2 and brings a vocabulary of"
                                + " 49954 (Chinese-Alpaca)");
    }

    @Test
    void secondAdapterOfAStackAloneIsAWarning() throws IOException {
        var adapter = adapter("chinese-alpaca-plus", Adapters.withVocabulary(49954, 1));
        assertThat(examine(Adapters.readable(32000), adapter))
                .anyMatch(line ->
                        line.startsWith(
                                "WARNING chinese-alpaca-plus: is called"
                                        + " Chinese-Alpaca-Plus or -Pro"));
    }

    @Test
    void secondAdapterAfterTheFirstIsRight() throws IOException {
        var first = adapter("chinese-llama-plus", Adapters.withVocabulary(49953, 1));
        var second = adapter("chinese-alpaca-plus", Adapters.withVocabulary(49954, 2));
        assertThat(examine(Adapters.readable(32000), first, second))
                .noneMatch(line -> line.startsWith("WARNING"));
    }

    @Test
    void baseThatHoldsChineseLlamaIsRecognised() throws IOException {
        var adapter = adapter("alpaca", Adapters.withVocabulary(49954, 1));
        assertThat(examine(Adapters.readable(49953), adapter))
                .contains(
                        "NOTE base: already holds the Chinese-LLaMA part that Chinese-Alpaca-Plus"
                                + " adapters build on");
    }

    @Test
    void baseWithTheAdaptersOwnEmbeddingIsMergedAlready() throws IOException {
        var adapter = adapter("alpaca", Adapters.withVocabulary(49954, 0.5f));
        assertThat(examine(Adapters.readable(49954), adapter))
                .contains(
                        "ERROR base: is already merged with "
                                + "alpaca: it holds this adapter's embedding of 49954"
                                + " (Chinese-Alpaca) rows");
    }

    @Test
    void baseOfTheSameVocabularyWithAnotherEmbeddingIsFine() throws IOException {
        var adapter = adapter("alpaca", Adapters.withVocabulary(49954, 0.25f));
        assertThat(examine(Adapters.readable(49954), adapter))
                .contains(
                        "NOTE base: already has the vocabulary of 49954 (Chinese-Alpaca), with"
                                + " another embedding than alpaca");
    }

    @Test
    void embeddingThatWasSavedUntrainedProvesNothing() throws IOException {
        String config = "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}";
        var adapter = Adapters.open(folder, "a", config, Adapters.withVocabulary(9, 0.5f));
        assertThat(examine(Adapters.readable(9), adapter))
                .noneMatch(line -> line.startsWith("ERROR"));
    }

    @Test
    void errorsOfThePlannerAreFindings() throws IOException {
        var weights =
                new MemoryCheckpoint("w")
                        .with("x.lora_A.weight", 2, 4)
                        .with("x.lora_B.weight", 6, 2);
        assertThat(examine(Adapters.readable(9), adapter("one", weights)))
                .contains("ERROR one: adapts 'x', which the model does not have");
    }

    @Test
    void copyOfAnAdapterIsRecognisedByItsTensors() throws IOException {
        var one = adapter("one", Adapters.pair());
        var two = adapter("two", Adapters.pair());
        assertThat(examine(Adapters.readable(9), one, two))
                .contains("ERROR two: is the same adapter as one");
    }

    @Test
    void adaptersThatDifferInOneTensorAreTwo() throws IOException {
        var one = adapter("one", Adapters.withVocabulary(9, 1));
        var two = adapter("two", Adapters.withVocabulary(9, 2));
        assertThat(examine(Adapters.readable(9), one, two))
                .noneMatch(line -> line.contains("same adapter"));
    }

    @Test
    void embeddingMustHaveARowForEachPiece() throws IOException {
        var adapter = adapter("one", Adapters.withVocabulary(49953, 1));
        assertThat(examine(Adapters.readable(32000), Map.of(adapter.folder(), 49954), adapter))
                .contains(
                        "ERROR one: has 49953 (Chinese-LLaMA) embedding rows, but its tokenizer"
                                + " 49954 (Chinese-Alpaca) pieces");
    }

    /// As LLaMA-Factory, axolotl and others leave it.
    @ParameterizedTest
    @CsvSource({"49960, 49953", "49984, 49953", "50048, 49954", "32064, 32001"})
    void embeddingMayBePaddedToARoundNumber(int rows, int pieces) throws IOException {
        var adapter = adapter("one", Adapters.withVocabulary(rows, 1));
        assertThat(examine(Adapters.readable(32000), Map.of(adapter.folder(), pieces), adapter))
                .noneMatch(line -> line.startsWith("ERROR"))
                .anyMatch(line ->
                        line.startsWith("NOTE one: has " + rows + " embedding rows")
                                && line.endsWith("the last " + (rows - pieces) + " are padding"));
    }

    @ParameterizedTest
    @CsvSource({"49955, 49953", "50000, 49953", "49953, 49984"})
    void otherRowsWithoutATokenAreAMistake(int rows, int pieces) throws IOException {
        var adapter = adapter("one", Adapters.withVocabulary(rows, 1));
        assertThat(examine(Adapters.readable(32000), Map.of(adapter.folder(), pieces), adapter))
                .anyMatch(line -> line.startsWith("ERROR one: has " + rows));
    }

    @Test
    void embeddingMayHaveTheRowsThatTheBaseHasForThisTokenizer() throws IOException {
        var adapter = adapter("one", Adapters.withVocabulary(50000, 1));
        Map<Path, Integer> same = Map.of(BASE, 32000, adapter.folder(), 32000);
        assertThat(examine(Adapters.readable(50000), same, adapter))
                .noneMatch(line -> line.startsWith("ERROR"));
        Map<Path, Integer> other = Map.of(BASE, 50000, adapter.folder(), 32000);
        assertThat(examine(Adapters.readable(50000), other, adapter))
                .anyMatch(line -> line.startsWith("ERROR one: has 50000"));
    }

    @Test
    void tokenizerOfALargerModelIsAnErrorWithoutEmbeddingToo() throws IOException {
        var adapter = adapter("one", Adapters.pair());
        assertThat(examine(Adapters.readable(9), Map.of(adapter.folder(), 12), adapter))
                .contains("ERROR one: has a tokenizer of 12 pieces for an embedding of 9 rows");
    }

    @Test
    void tokenizerOfASmallerModelIsAWarning() throws IOException {
        var adapter = adapter("one", Adapters.pair());
        assertThat(examine(Adapters.readable(9), Map.of(adapter.folder(), 8), adapter))
                .contains("WARNING one: brings a tokenizer of 8 pieces to an embedding of 9 rows");
    }

    @Test
    void tokenizerOfTheBaseMustFitItsEmbedding() throws IOException {
        assertThat(examine(Adapters.readable(9), Map.of(BASE, 10)))
                .contains("ERROR base: has a tokenizer of 10 pieces for an embedding of 9 rows");
    }

    @Test
    void untrainedAdapterIsAWarning() throws IOException {
        var weights =
                new MemoryCheckpoint("w")
                        .with(Adapters.QUERY + ".lora_A.weight", 2, 4)
                        .with(Adapters.QUERY + ".lora_B.weight", DType.F32, 0, 6, 2);
        assertThat(examine(Adapters.readable(9), adapter("one", weights)))
                .contains(
                        "WARNING one: has nothing but zeros in every lora_B: its deltas change"
                                + " nothing");
    }

    @Test
    void moduleThatWasToBeSavedAndIsNotThereIsAWarning() throws IOException {
        assertThat(examine(Adapters.readable(9), adapter("one", Adapters.pair())))
                .contains(
                        "WARNING one: names 'lm_head' in modules_to_save, but holds no such"
                                + " weight");
    }
}
