package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraPlannerTest {
    private static final String QUERY = Adapters.QUERY + ".weight";
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";
    private static final String PLAIN = "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}";
    private static final String ENSURING =
            """
            {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "ensure_weight_tying": true,
             "modules_to_save": ["embed_tokens", "lm_head"]}
            """;

    @TempDir private Path folder;

    private LoraAdapter adapter(String name, MemoryCheckpoint weights) throws IOException {
        return Adapters.open(folder, name, weights);
    }

    private static Recipe recipe(SequencedMap<String, Recipe> model, String name) {
        return model.getOrDefault(name, new Recipe.Constant(Shape.of(0), List.of()));
    }

    private static PlanException failure(
            SequencedMap<String, Recipe> model, LoraAdapter... adapters) {
        return catchThrowableOfType(
                PlanException.class, () -> LoraPlanner.fold(model, List.of(adapters), false));
    }

    @Test
    void pairIsAddedToItsWeightInTheWeightsType() throws IOException {
        var merged =
                LoraPlanner.fold(
                        Adapters.model(9), List.of(adapter("one", Adapters.pair())), false);
        assertThat(recipe(merged, QUERY))
                .isInstanceOfSatisfying(
                        Recipe.AddLora.class,
                        added -> {
                            assertThat(added.dtype()).isEqualTo(DType.F16);
                            assertThat(added.scale()).isEqualTo(2f);
                        });
    }

    @Test
    void whatNoAdapterNamesStaysAsItIs() throws IOException {
        var model = Adapters.model(9);
        var merged = LoraPlanner.fold(model, List.of(adapter("one", Adapters.pair())), false);
        assertThat(recipe(merged, HEAD)).isSameAs(recipe(model, HEAD));
        assertThat(merged.sequencedKeySet()).containsExactlyElementsOf(model.keySet());
    }

    @Test
    void deltasOfAStackAreAddedInTheOrderGiven() throws IOException {
        var first = adapter("one", Adapters.pair());
        var second = adapter("two", Adapters.pair());
        var merged = LoraPlanner.fold(Adapters.model(9), List.of(first, second), false);
        var outer = (Recipe.AddLora) recipe(merged, QUERY);
        var inner = (Recipe.AddLora) outer.input();
        assertThat(inner.a()).isEqualTo(first.pairs().firstEntry().getValue().a());
        assertThat(outer.a()).isEqualTo(second.pairs().firstEntry().getValue().a());
    }

    @Test
    void roundingOnceKeepsFloat32UntilTheEnd() throws IOException {
        var first = adapter("one", Adapters.pair());
        var second = adapter("two", Adapters.pair());
        var merged = LoraPlanner.fold(Adapters.model(9), List.of(first, second), true);
        var cast = (Recipe.Cast) recipe(merged, QUERY);
        var outer = (Recipe.AddLora) cast.input();
        var inner = (Recipe.AddLora) outer.input();
        assertThat(cast.dtype()).isEqualTo(DType.F16);
        assertThat(outer.dtype()).isEqualTo(DType.F32);
        assertThat(inner.input()).isInstanceOf(Recipe.Cast.class);
    }

    @Test
    void wholeMatricesGrowTheVocabularyInTheModelsType() throws IOException {
        var merged =
                LoraPlanner.fold(
                        Adapters.model(9),
                        List.of(adapter("one", Adapters.withVocabulary(11, 1))),
                        false);
        assertThat(recipe(merged, EMBEDDING).shape()).isEqualTo(Shape.of(11, 4));
        assertThat(recipe(merged, HEAD).dtype()).isEqualTo(DType.F16);
    }

    @Test
    void headOfItsOwnIsAddedToATiedModel() throws IOException {
        var model = Adapters.model(9);
        model.remove(HEAD);
        var merged =
                LoraPlanner.fold(
                        model, List.of(adapter("one", Adapters.withVocabulary(11, 1))), false);
        assertThat(recipe(merged, HEAD).dtype()).isEqualTo(DType.F16);
    }

    @Test
    void deltaOfATiedHeadUntiesIt() throws IOException {
        var model = tied(9);
        var weights =
                new MemoryCheckpoint("w")
                        .with("lm_head.lora_A.weight", 2, 4)
                        .with("lm_head.lora_B.weight", 9, 2);
        var merged = LoraPlanner.fold(model, List.of(adapter("one", weights)), false);
        var head = (Recipe.AddLora) recipe(merged, HEAD);
        assertThat(head.input()).isEqualTo(recipe(model, EMBEDDING));
        assertThat(recipe(merged, EMBEDDING)).isEqualTo(recipe(model, EMBEDDING));
    }

    @Test
    void embeddingOfItsOwnLeavesATiedHeadWhatItWas() throws IOException {
        var model = tied(9);
        var weights = Adapters.pair().with("model.embed_tokens.weight", DType.F16, 1, 9, 4);
        var merged = LoraPlanner.fold(model, List.of(adapter("one", weights)), false);
        assertThat(recipe(merged, HEAD)).isEqualTo(recipe(model, EMBEDDING));
        assertThat(recipe(merged, EMBEDDING)).isNotEqualTo(recipe(model, EMBEDDING));
    }

    @Test
    void embeddingThatIsNotSavedByItselfIsBothOfATiedModel() throws IOException {
        var weights = Adapters.pair().with("model.embed_tokens.weight", DType.F16, 1, 11, 4);
        var adapter = Adapters.open(folder, "one", PLAIN, weights);
        var merged = LoraPlanner.fold(tied(9), List.of(adapter), false);
        assertThat(merged).doesNotContainKey(HEAD);
        assertThat(recipe(merged, EMBEDDING).shape()).isEqualTo(Shape.of(11, 4));
    }

    @Test
    void ensuredTyingTakesTheHeadForBoth() throws IOException {
        var weights = Adapters.pair().with("lm_head.weight", DType.F16, 1, 9, 4);
        var adapter = Adapters.open(folder, "one", ENSURING, weights);
        var merged = LoraPlanner.fold(tied(9), List.of(adapter), false);
        assertThat(merged).doesNotContainKey(HEAD);
        assertThat(recipe(merged, EMBEDDING)).isEqualTo(adapter.replaced().get(HEAD));
    }

    @Test
    void ensuredTyingOfTwoMatricesIsAnError() throws IOException {
        var adapter = Adapters.open(folder, "one", ENSURING, Adapters.withVocabulary(9, 2));
        assertThat(failure(tied(9), adapter))
                .hasMessageContaining(
                        "says ensure_weight_tying, but its embedding and its lm_head differ");
    }

    @Test
    void ensuredTyingMeansNothingToAModelThatTiesNothing() throws IOException {
        var adapter = Adapters.open(folder, "one", ENSURING, Adapters.withVocabulary(9, 2));
        var merged = LoraPlanner.fold(Adapters.model(9), List.of(adapter), false);
        assertThat(recipe(merged, HEAD)).isNotEqualTo(recipe(merged, EMBEDDING));
    }

    /// PEFT saves the matrix below a delta of lm_head; in a tied model it is the embedding too.
    @Test
    void baseOfATiedHeadIsTheEmbedding() throws IOException {
        var weights =
                new MemoryCheckpoint("w")
                        .with("lm_head.base_layer.weight", DType.F16, 1, 11, 4)
                        .with("lm_head.lora_A.weight", 2, 4)
                        .with("lm_head.lora_B.weight", 11, 2);
        var merged = LoraPlanner.fold(tied(9), List.of(adapter("one", weights)), false);
        assertThat(recipe(merged, EMBEDDING).shape()).isEqualTo(Shape.of(11, 4));
        assertThat(((Recipe.AddLora) recipe(merged, HEAD)).input())
                .isEqualTo(recipe(merged, EMBEDDING));
    }

    private static SequencedMap<String, Recipe> tied(long rows) {
        var model = Adapters.model(rows);
        model.remove(HEAD);
        return model;
    }

    @Test
    void everythingThatDoesNotFitIsListed() throws IOException {
        var weights =
                Adapters.pair()
                        .with("model.layers.7.mlp.up_proj.lora_A.weight", 2, 4)
                        .with("model.layers.7.mlp.up_proj.lora_B.weight", 6, 2)
                        .with("lm_head.lora_A.weight", 2, 4)
                        .with("lm_head.lora_B.weight", 8, 2);
        var failure = failure(Adapters.model(9), adapter("one", weights));
        assertThat(failure.problems())
                .extracting(Problem::message)
                .containsExactly(
                        "adapts 'model.layers.7.mlp.up_proj', which the model does not have",
                        "makes a delta of shape [8, 4] for 'lm_head.weight', expected [9, 4]");
        assertThat(failure)
                .hasMessage(
                        folder.resolve("one")
                                + ": adapts 'model.layers.7.mlp.up_proj', which the model does not"
                                + " have (and 1 more)");
    }

    @Test
    void embeddingOfAnotherWidthIsAnError() throws IOException {
        var weights = Adapters.pair().with("model.embed_tokens.weight", 9, 8);
        assertThat(failure(Adapters.model(9), adapter("one", weights)))
                .hasMessageContaining(
                        "replaces 'model.embed_tokens.weight' by shape [9, 8], expected [9, 4]");
    }

    @Test
    void embeddingWithoutItsHeadIsAnError() throws IOException {
        var weights = Adapters.pair().with("model.embed_tokens.weight", 11, 4);
        assertThat(failure(Adapters.model(9), adapter("one", weights)))
                .hasMessageContaining("leaves an embedding of 11 rows and an lm_head of 9");
    }

    @Test
    void adaptersInTheWrongOrderAreToldApart() throws IOException {
        var alpaca = adapter("alpaca", Adapters.withVocabulary(49954, 1));
        var llama = adapter("llama", Adapters.withVocabulary(49953, 1));
        var failure = failure(Adapters.model(32000), alpaca, llama);
        assertThat(failure)
                .hasMessageContaining(
                        "would shrink the vocabulary from 49954 (Chinese-Alpaca) to 49953"
                                + " (Chinese-LLaMA)");
        assertThat(failure.problem().hint().orElse(""))
                .contains("wrong order: put it before " + alpaca.source());
    }

    @Test
    void baseOfALargerVocabularyIsMergedAlready() throws IOException {
        var llama = adapter("llama", Adapters.withVocabulary(49953, 1));
        var failure = failure(Adapters.model(49954), llama);
        assertThat(failure.problem().hint().orElse("")).contains("already merged");
    }

    @Test
    void adapterGivenTwiceIsAnError() throws IOException {
        var one = adapter("one", Adapters.pair());
        assertThat(failure(Adapters.model(9), one, one)).hasMessageContaining("is given twice");
    }

    @Test
    void quantizedWeightsAreUnsupported() throws IOException {
        var model = new MemoryCheckpoint("base").with(QUERY, DType.I8, 0, 6, 4).recipes();
        assertThat(failure(model, adapter("one", Adapters.pair())).problem().kind())
                .isEqualTo(ErrorKind.UNSUPPORTED);
    }
}
