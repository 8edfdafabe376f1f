package dev.weightsmith.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.format.Formats;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.lora.LoraPlanner;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class LikelyReasonsTest {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String Q = "model.layers.0.self_attn.q_proj.weight";
    private static final String UP = "model.layers.0.mlp.up_proj.weight";
    private static final String NORM = "model.norm.weight";
    private static final Shape SQUARE = Shape.of(64, 64);

    private static MemoryCheckpoint model(DType dtype) {
        return new MemoryCheckpoint()
                .withRandom(EMBEDDING, dtype, Shape.of(100, 64), 1)
                .withRandom(Q, dtype, SQUARE, 2)
                .withRandom(UP, dtype, Shape.of(96, 64), 3)
                .withRandom(NORM, dtype, Shape.of(64), 4);
    }

    private static List<String> reasons(Tensors a, Tensors b) throws IOException {
        return LikelyReasons.of(
                ModelComparison.of(a, b, 1, Progress.NONE),
                a,
                b,
                name -> name.equals(Q) ? Optional.of(4) : Optional.empty(),
                new LinkedHashMap<>());
    }

    private static List<String> reasons(MemoryCheckpoint a, MemoryCheckpoint b) throws IOException {
        return reasons(a.readable(), b.readable());
    }

    /// What recipes read besides models.
    private Sources adapters = Sources.none();

    /// The model's recipes with that of one tensor replaced.
    private Tensors with(MemoryCheckpoint model, String name, Recipe recipe) {
        var recipes = model.recipes();
        recipes.put(name, recipe);
        return new Tensors(recipes, model.sources().and(adapters));
    }

    @Test
    void equalModelsNeedNoReason() throws IOException {
        assertThat(reasons(model(DType.F16), model(DType.F16))).isEmpty();
    }

    @Test
    void oneFlippedBitIsADamagedFile() throws IOException {
        assertThat(reasons(model(DType.F16), model(DType.F16).flip(UP, 1234, 1 << 13)))
                .containsExactly("one flipped bit (bit 13 of one element): a damaged file");
    }

    @Test
    void oneOtherElementIsNoFlippedBit() throws IOException {
        assertThat(reasons(model(DType.F16), model(DType.F16).flip(UP, 1234, 0x0505)))
                .containsExactly("a single element: a damaged or edited file");
    }

    @Test
    void permutedQueryRowsAreRecognised() throws IOException {
        MemoryCheckpoint model = model(DType.F16);
        Recipe q = Objects.requireNonNull(model.recipes().get(Q));
        assertThat(reasons(model.readable(), with(model, Q, q.rotary(4, RotaryLayout.INTERLEAVED))))
                .containsExactly("permuted: the rows of " + Q + " are in the other rotary order");
    }

    @Test
    void otherTypeIsRecognised() throws IOException {
        assertThat(reasons(model(DType.F16), model(DType.BF16)).getFirst())
                .startsWith("other types: the same values, rounded to the coarser of F16 and BF16");
    }

    @Test
    void missingAdapterIsRecognisedByTheRankOfTheDifference() throws IOException {
        MemoryCheckpoint model = model(DType.F16);
        Recipe up = Objects.requireNonNull(model.recipes().get(UP));
        assertThat(reasons(model.readable(), with(model, UP, folded(up, 2, 5))))
                .containsExactly(
                        "adapter missing or applied twice: the matrices differ by others of rank 8,"
                                + " as an adapter adds, or several together");
    }

    @Test
    void otherTrainingIsNoAdapter() throws IOException {
        assertThat(
                        reasons(
                                model(DType.F16),
                                model(DType.F16).withRandom(UP, DType.F16, Shape.of(96, 64), 7)))
                .containsExactly(
                        "other base or other training: normalization weights are equal, and the"
                                + " matrices differ in all dimensions");
    }

    @Test
    void otherNormsAreAnotherBase() throws IOException {
        assertThat(
                        reasons(
                                model(DType.F16),
                                model(DType.F16)
                                        .withRandom(Q, DType.F16, SQUARE, 8)
                                        .withRandom(NORM, DType.F16, Shape.of(64), 9)))
                .containsExactly(
                        "other base: even normalization weights differ, which adapters do not"
                                + " touch");
    }

    @Test
    void roundedDifferentlyIsRecognised() throws IOException {
        MemoryCheckpoint other = model(DType.F16);
        for (int i = 0; i < 500; i += 3) {
            other.flip(UP, i, 1).flip(Q, i, 1);
        }
        assertThat(reasons(model(DType.F16), other))
                .singleElement()
                .asString()
                .startsWith("rounded differently");
    }

    @Test
    void otherVocabularyRowsAreNamed() throws IOException {
        MemoryCheckpoint other = model(DType.F16);
        for (int column = 0; column < 64; column++) {
            other.flip(EMBEDDING, 97 * 64 + column, 0x0300)
                    .flip(EMBEDDING, 98 * 64 + column, 0x0300);
        }
        assertThat(reasons(model(DType.F16), other))
                .containsExactly(
                        "vocabulary rows: 2 of the 100 rows of model.embed_tokens.weight differ,"
                                + " from row 97 to 98");
    }

    @Test
    void grownVocabularyIsNamed() throws IOException {
        var values = MemoryCheckpoint.random(101 * 64, 1, 0.05);
        assertThat(
                        reasons(
                                model(DType.F16),
                                model(DType.F16)
                                        .with(EMBEDDING, DType.F16, Shape.of(101, 64), values)))
                .containsExactly(
                        "other vocabulary: model.embed_tokens.weight has 100 and 101 rows; all that"
                                + " both have are equal");
    }

    @Test
    void tensorsOfOneModelAreCounted() throws IOException {
        assertThat(reasons(model(DType.F16), model(DType.F16).with("x", DType.F16, Shape.of(1), 1)))
                .containsExactly(
                        "not the same tensors: 0 are in the first model only, 1 in the second"
                                + " only");
    }

    /// `up` with adapters of these seeds folded in, rounded after each.
    private Recipe folded(Recipe up, float scale, long... seeds) {
        Recipe result = up;
        for (long seed : seeds) {
            var adapter =
                    new MemoryCheckpoint()
                            .withRandom("a", DType.F32, Shape.of(8, 64), seed)
                            .withRandom("b", DType.F32, Shape.of(96, 8), seed + 1);
            adapters = adapters.and(adapter.sources());
            var lora = adapter.recipes();
            result =
                    new Recipe.AddLora(
                            result,
                            Objects.requireNonNull(lora.get("a")),
                            Objects.requireNonNull(lora.get("b")),
                            scale);
        }
        return result;
    }

    @Test
    void swappedAdaptersAreRoundedDifferently() throws IOException {
        MemoryCheckpoint model = model(DType.F16);
        Recipe up = Objects.requireNonNull(model.recipes().get(UP));
        assertThat(
                        reasons(
                                with(model, UP, folded(up, 2, 10, 20)),
                                with(model, UP, folded(up, 2, 20, 10))))
                .singleElement()
                .asString()
                .startsWith("rounded differently")
                .contains("in another order");
    }

    @Test
    void swappedAdaptersThatBringVocabulariesAreAnotherOrder() throws IOException {
        MemoryCheckpoint model = model(DType.F16);
        MemoryCheckpoint other =
                model(DType.F16).withRandom(EMBEDDING, DType.F16, Shape.of(100, 64), 30);
        Recipe up = Objects.requireNonNull(model.recipes().get(UP));
        assertThat(
                        reasons(
                                with(model, UP, folded(up, 2, 10, 20)),
                                with(other, UP, folded(up, 2, 20, 10))))
                .anyMatch(reason -> reason.startsWith("other order"));
    }

    @Test
    void swappedAdaptersAreNamedAmongCandidates() throws IOException {
        MemoryCheckpoint model = model(DType.F16);
        Recipe up = Objects.requireNonNull(model.recipes().get(UP));
        var meant = with(model, UP, folded(up, 2, 10, 20));
        var swapped = with(model, UP, folded(up, 2, 20, 10));
        var candidates = new LinkedHashMap<String, Tensors>();
        candidates.put("as meant", meant);
        candidates.put("swapped", swapped);
        assertThat(
                        LikelyReasons.of(
                                ModelComparison.of(meant, swapped, 1, Progress.NONE),
                                meant,
                                swapped,
                                _ -> Optional.empty(),
                                candidates))
                .containsExactly("the first model is as meant", "the second model is swapped");
    }

    private static final Path BASE = Path.of("mha/base-hf-bin");

    /// Real adapters of `mha/`, folded in two ways.
    private static List<String> reasons(boolean hinted, Fold foldA, Fold foldB) throws IOException {
        try (LlamaModel base = LlamaModel.open(SharedData.path(BASE.toString()));
                var one = LoraAdapter.open(SharedData.path("mha/lora-1"), "one", Formats::open);
                var two = LoraAdapter.open(SharedData.path("mha/lora-2"), "two", Formats::open);
                var candidates =
                        new FoldCandidates(
                                SharedData.path(BASE.toString()),
                                List.of(
                                        SharedData.path("mha/lora-1"),
                                        SharedData.path("mha/lora-2")))) {
            Sources sources = base.sources().and(one.sources()).and(two.sources());
            var a = new Tensors(foldA.of(base, one, two), sources);
            var b = new Tensors(foldB.of(base, one, two), sources);
            return LikelyReasons.of(
                    ModelComparison.of(a, b, 2, Progress.NONE),
                    a,
                    b,
                    name -> TensorNames.rotaryHeads(name, base.config()),
                    hinted ? candidates.models() : new LinkedHashMap<>());
        }
    }

    private interface Fold {
        Fold MEANT = (base, one, two) -> fold(base, false, one, two);
        Fold ONCE = (base, one, two) -> fold(base, true, one, two);
        Fold MISSING = (base, one, _) -> fold(base, false, one);
        Fold TWICE =
                (base, one, two) ->
                        LoraPlanner.fold(fold(base, false, one), List.of(one, two), false);

        SequencedMap<String, Recipe> of(LlamaModel base, LoraAdapter one, LoraAdapter two);

        private static SequencedMap<String, Recipe> fold(
                LlamaModel base, boolean roundOnce, LoraAdapter... adapters) {
            return LoraPlanner.fold(base.tensors(), List.of(adapters), roundOnce);
        }
    }

    @Test
    void realDeltaRoundedOnceIsRecognised() throws IOException {
        assertThat(reasons(false, Fold.MEANT, Fold.ONCE))
                .singleElement()
                .asString()
                .startsWith("rounded differently");
    }

    @Test
    void realMissingAdapterIsRecognised() throws IOException {
        assertThat(reasons(false, Fold.MEANT, Fold.MISSING))
                .anyMatch(reason -> reason.startsWith("adapter missing or applied twice"));
    }

    @Test
    void realAdapterAppliedTwiceIsRecognised() throws IOException {
        assertThat(reasons(false, Fold.MEANT, Fold.TWICE))
                .anyMatch(reason -> reason.startsWith("adapter missing or applied twice"));
    }

    @Test
    void realDeltaRoundedOnceIsNamedAmongCandidates() throws IOException {
        assertThat(reasons(true, Fold.MEANT, Fold.ONCE))
                .containsExactly(
                        "the first model is the base with lora-1, then lora-2",
                        "the second model is the base with lora-1, then lora-2, rounded once");
    }

    @Test
    void realMissingAdapterIsNamedAmongCandidates() throws IOException {
        assertThat(reasons(true, Fold.MEANT, Fold.MISSING))
                .containsExactly(
                        "the first model is the base with lora-1, then lora-2",
                        "the second model is the base with lora-1");
    }

    @Test
    void realAdapterAppliedTwiceIsNamedAmongCandidates() throws IOException {
        assertThat(reasons(true, Fold.MEANT, Fold.TWICE))
                .containsExactly(
                        "the first model is the base with lora-1, then lora-2",
                        "the second model is the base with lora-1, then lora-1, then lora-2");
    }
}
