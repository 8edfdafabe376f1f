package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/// Why two models differ, as far as their values tell.
///
/// Each reason explains some tensors; what one explains the next need not. These are conclusions,
/// not proofs, save those that name a candidate: there all sampled values agree.
public final class LikelyReasons {
    /// Tensors whose difference is looked at for its rank.
    private static final int RANKED = 4;

    /// Rows of each differing tensor that are compared with a candidate's.
    private static final int CANDIDATE_ROWS = 8;

    private final ModelComparison comparison;
    private final Map<String, Recipe> a;
    private final Map<String, Recipe> b;
    private final Sources sources;
    private final Function<String, Optional<Integer>> rotaryHeads;
    private final List<String> reasons = new ArrayList<>();
    private final List<TensorComparison.Different> unexplained;

    private LikelyReasons(
            ModelComparison comparison,
            Tensors a,
            Tensors b,
            Function<String, Optional<Integer>> rotaryHeads) {
        this.comparison = comparison;
        this.a = a.recipes();
        this.b = b.recipes();
        this.sources = a.sources().and(b.sources());
        this.rotaryHeads = rotaryHeads;
        this.unexplained = new ArrayList<>(comparison.different());
    }

    /// The reasons, as clauses of a sentence; nothing for models that are equal.
    ///
    /// @param rotaryHeads how many heads the rows of a tensor of this name are, where they rotate
    /// @param candidates models that either might be, by what they would be: the inputs folded in
    ///   other ways
    public static List<String> of(
            ModelComparison comparison,
            Tensors a,
            Tensors b,
            Function<String, Optional<Integer>> rotaryHeads,
            SequencedMap<String, Tensors> candidates)
            throws IOException {
        if (comparison.isEqual()) {
            return List.of();
        }
        var reasons = new LikelyReasons(comparison, a, b, rotaryHeads);
        reasons.candidates(candidates);
        if (reasons.reasons.size() > 1) {
            return List.copyOf(reasons.reasons);
        }
        reasons.missingTensors();
        reasons.flippedBit();
        reasons.otherRotaryOrder();
        reasons.roundedToAnotherType();
        reasons.quantized();
        reasons.vocabulary();
        reasons.arithmetic();
        return List.copyOf(reasons.reasons);
    }

    private void candidates(SequencedMap<String, Tensors> candidates) throws IOException {
        candidates("first", a, candidates);
        candidates("second", b, candidates);
    }

    /// Names the first candidate that `model` is.
    private void candidates(
            String place, Map<String, Recipe> model, SequencedMap<String, Tensors> candidates)
            throws IOException {
        for (var candidate : candidates.entrySet()) {
            if (agrees(model, candidate.getValue())) {
                reasons.add("the " + place + " model is " + candidate.getKey());
                return;
            }
        }
    }

    /// Whether sampled rows of all tensors that tell the two models apart are the candidate's.
    private boolean agrees(Map<String, Recipe> model, Tensors candidate) throws IOException {
        Sources both = sources.and(candidate.sources());
        for (TensorComparison tensor : comparison.tensors()) {
            Recipe mine = model.get(tensor.name());
            Recipe other = candidate.recipes().get(tensor.name());
            if (tensor instanceof TensorComparison.Equal || (mine == null && other == null)) {
                continue;
            }
            if (mine == null
                    || other == null
                    || !mine.shape().equals(other.shape())
                    || !sampledRowsAgree(mine, other, both)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sampledRowsAgree(Recipe one, Recipe other, Sources sources)
            throws IOException {
        try (var pairs = new ValuePairs(one, other, sources)) {
            return pairs.haveSameForm()
                    && pairs.sample(one.shape().rows(), CANDIDATE_ROWS, ValuePairs.Block::areSame);
        }
    }

    private void missingTensors() {
        long onlyA = count(true);
        long onlyB = count(false);
        if (onlyA + onlyB > 0) {
            reasons.add(
                    "not the same tensors: "
                            + onlyA
                            + " are in the first model only, "
                            + onlyB
                            + " in the second only");
        }
    }

    private long count(boolean first) {
        return comparison.tensors().stream()
                .filter(tensor ->
                        tensor instanceof TensorComparison.OnlyInOne only && only.first() == first)
                .count();
    }

    private void flippedBit() {
        if (unexplained.size() != 1 || unexplained.getFirst().difference().differing() != 1) {
            return;
        }
        Difference difference = unexplained.getFirst().difference();
        reasons.add(
                difference.flippedBit().isPresent()
                        ? "one flipped bit (bit "
                                + difference.flippedBit().getAsInt()
                                + " of one element): a damaged file"
                        : "a single element: a damaged or edited file");
        unexplained.clear();
    }

    private void otherRotaryOrder() throws IOException {
        var reordered = new ArrayList<TensorComparison.Different>();
        for (TensorComparison.Different tensor : unexplained) {
            Optional<Integer> heads = rotaryHeads.apply(tensor.name());
            if (heads.isPresent() && isReordered(tensor.name(), heads.get())) {
                reordered.add(tensor);
            }
        }
        if (!reordered.isEmpty()) {
            reasons.add(
                    "permuted: the rows of " + names(reordered) + " are in the other rotary order");
            unexplained.removeAll(reordered);
        }
    }

    private boolean isReordered(String name, int heads) throws IOException {
        Recipe inA = recipe(a, name);
        Recipe inB = recipe(b, name);
        long rows = inA.shape().rows();
        if (heads < 1 || rows % heads != 0 || rows / heads % 2 != 0) {
            return false;
        }
        for (RotaryLayout layout : RotaryLayout.values()) {
            if (DifferenceFinder.find(
                            new Recipe.RotaryRows(inA, heads, layout), inB, rows, sources, _ -> {})
                    .isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void roundedToAnotherType() {
        var rounded = new ArrayList<TensorComparison.Different>();
        Set<String> types = new LinkedHashSet<>();
        for (TensorComparison.Different tensor : unexplained) {
            DType typeA = recipe(a, tensor.name()).dtype();
            DType typeB = recipe(b, tensor.name()).dtype();
            if (typeA != typeB && tensor.difference().isRoundingToCoarser()) {
                rounded.add(tensor);
                types.add(typeA + " and " + typeB);
            }
        }
        if (!rounded.isEmpty()) {
            reasons.add(
                    "other types: the same values, rounded to the coarser of "
                            + String.join(", ", types)
                            + " (in "
                            + names(rounded)
                            + ")");
            unexplained.removeAll(rounded);
        }
    }

    private void quantized() {
        List<TensorComparison.Different> blocks =
                unexplained.stream()
                        .filter(tensor ->
                                recipe(a, tensor.name()).dtype().isQuantized()
                                        != recipe(b, tensor.name()).dtype().isQuantized())
                        .toList();
        if (!blocks.isEmpty()) {
            reasons.add(
                    "quantized: "
                            + names(blocks)
                            + " are stored in blocks in one model, which hold values only roughly");
            unexplained.removeAll(blocks);
        }
    }

    private void vocabulary() {
        for (TensorComparison tensor : comparison.tensors()) {
            if (tensor instanceof TensorComparison.OtherShape other) {
                Difference common = comparison.commonRows().get(other.name());
                boolean grown = other.a().rank() == 2 && other.a().columns() == other.b().columns();
                reasons.add(
                        grown
                                ? "other vocabulary: "
                                        + other.name()
                                        + " has "
                                        + other.a().rows()
                                        + " and "
                                        + other.b().rows()
                                        + " rows; "
                                        + (common == null
                                                ? "all that both have are equal"
                                                : common.rows().count()
                                                        + " of those that both have differ")
                                : "other dimensions: "
                                        + other.name()
                                        + " is "
                                        + other.a()
                                        + " and "
                                        + other.b());
            }
        }
        List<TensorComparison.Different> matrices =
                unexplained.stream().filter(tensor -> isVocabulary(tensor.name())).toList();
        for (TensorComparison.Different tensor : matrices) {
            Difference.Range rows = tensor.difference().rows();
            if (!tensor.difference().isRounding()) {
                reasons.add(
                        "vocabulary rows: "
                                + rows.count()
                                + " of the "
                                + tensor.shape().rows()
                                + " rows of "
                                + tensor.name()
                                + " differ, from row "
                                + rows.first()
                                + " to "
                                + rows.last());
                unexplained.remove(tensor);
            }
        }
    }

    /// What LoRA adapters and their rounding leave, or do not.
    private void arithmetic() throws IOException {
        if (unexplained.isEmpty()) {
            return;
        }
        if (unexplained.stream().allMatch(tensor -> tensor.difference().isRounding())) {
            boolean replaced =
                    comparison.different().stream()
                            .anyMatch(tensor ->
                                    isVocabulary(tensor.name())
                                            && !tensor.difference().isRounding());
            reasons.add(
                    replaced
                            ? "other order: matrices differ by rounding only, the vocabulary by"
                                    + " more, as when the same adapters are folded in another order"
                            : "rounded differently: all within a rounding or two, as when deltas"
                                    + " are rounded once instead of after each adapter, or the same"
                                    + " adapters are folded in another order");
            return;
        }
        if (unexplained.stream().anyMatch(tensor -> tensor.shape().rank() < 2)) {
            reasons.add(
                    "other base: even normalization weights differ, which adapters do not touch");
            return;
        }
        Optional<Integer> rank = adapterRank();
        reasons.add(
                rank.map(value ->
                                "adapter missing or applied twice: the matrices differ by"
                                        + " others of rank "
                                        + value
                                        + ", as an adapter adds, or several together")
                        .orElse(
                                "other base or other training: normalization weights are equal, and"
                                        + " the matrices differ in all dimensions"));
    }

    /// The largest rank among the differences of some matrices, if all are low.
    private Optional<Integer> adapterRank() throws IOException {
        List<TensorComparison.Different> largest =
                unexplained.stream()
                        .filter(tensor -> tensor.shape().rank() == 2)
                        .sorted(
                                Comparator.comparingLong((TensorComparison.Different tensor) ->
                                                tensor.difference().differing())
                                        .reversed())
                        .limit(RANKED)
                        .toList();
        int most = 0;
        for (TensorComparison.Different tensor : largest) {
            var sample =
                    DifferenceSample.of(
                            recipe(a, tensor.name()), recipe(b, tensor.name()), sources);
            if (!sample.isFinite()) {
                return Optional.empty();
            }
            int full = sample.fullRank();
            int rank = LowRank.of(sample.values(), sample.noise());
            if (rank > full / 2) {
                return Optional.empty();
            }
            most = Math.max(most, rank);
        }
        return most == 0 ? Optional.empty() : Optional.of(most);
    }

    private static boolean isVocabulary(String name) {
        return name.equals(TensorNames.EMBEDDING) || name.equals(TensorNames.OUTPUT);
    }

    private static Recipe recipe(Map<String, Recipe> model, String name) {
        return Objects.requireNonNullElseGet(
                model.get(name),
                () -> Objects.requireNonNull(model.get(TensorNames.EMBEDDING), name));
    }

    private static String names(List<TensorComparison.Different> tensors) {
        String first = tensors.getFirst().name();
        return tensors.size() == 1 ? first : first + " and " + (tensors.size() - 1) + " others";
    }
}
