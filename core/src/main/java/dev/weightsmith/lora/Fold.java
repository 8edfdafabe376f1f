package dev.weightsmith.lora;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tokenizer.KnownVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// A model that takes one adapter after another, and notes whatever does not fit.
final class Fold {
    private final boolean roundOnce;
    private final SequencedMap<String, Recipe> tensors;

    /// Tensors that stay in float32 until all deltas are added, and the type they end in.
    private final Map<String, DType> raised = new LinkedHashMap<>();

    private final List<Finding> findings = new ArrayList<>();
    private final List<LoraAdapter> adapters = new ArrayList<>();
    private boolean typeNoted;

    Fold(SequencedMap<String, Recipe> model, boolean roundOnce) {
        this.tensors = new LinkedHashMap<>(model);
        this.roundOnce = roundOnce;
    }

    /// Folds in the next adapter.
    void add(LoraAdapter adapter) {
        for (LoraAdapter earlier : adapters) {
            if (samePlace(earlier, adapter)) {
                findings.add(Finding.error(adapter.source(), "is given twice"));
                return;
            }
        }
        if (vocabularyKeepsOrGrows(adapter)) {
            replaceBase(adapter);
            replaceVocabulary(adapter);
            adapter.replaced()
                    .forEach((name, whole) -> {
                        if (!Architecture.isVocabulary(name)) {
                            replace(adapter, name, whole);
                        }
                    });
            requireOneVocabulary(adapter);
        }
        adapter.pairs().forEach((module, pair) -> addDelta(adapter, module, pair));
        adapters.add(adapter);
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /// The model as it is now, each tensor in the type that it had.
    SequencedMap<String, Recipe> tensors() {
        var finished = new LinkedHashMap<>(tensors);
        raised.forEach((name, dtype) -> finished.computeIfPresent(name, (n, r) -> r.as(dtype)));
        return finished;
    }

    /// Rows of the embedding that an adapter brings, or of its lm_head.
    static OptionalLong vocabulary(LoraAdapter adapter) {
        OptionalLong rows = vocabulary(adapter.replaced());
        return rows.isPresent() ? rows : vocabulary(adapter.base());
    }

    /// Rows of a model's embedding, or of its lm_head.
    static OptionalLong vocabulary(Map<String, Recipe> tensors) {
        Recipe matrix = tensors.get(Architecture.EMBEDDING);
        if (matrix == null) {
            matrix = tensors.get(Architecture.OUTPUT);
        }
        return matrix == null ? OptionalLong.empty() : OptionalLong.of(matrix.shape().rows());
    }

    static boolean samePlace(LoraAdapter one, LoraAdapter other) {
        return place(one).equals(place(other));
    }

    private static Path place(LoraAdapter adapter) {
        return adapter.source().toAbsolutePath().normalize();
    }

    private boolean vocabularyKeepsOrGrows(LoraAdapter adapter) {
        OptionalLong before = vocabulary(tensors);
        OptionalLong after = vocabulary(adapter);
        if (before.isEmpty() || after.isEmpty() || after.getAsLong() >= before.getAsLong()) {
            return true;
        }
        String message =
                "would shrink the vocabulary from %s to %s"
                        .formatted(
                                KnownVocabulary.describe(before.getAsLong()),
                                KnownVocabulary.describe(after.getAsLong()));
        findings.add(
                adapters.reversed().stream()
                        .filter(earlier -> vocabulary(earlier).isPresent())
                        .findFirst()
                        .map(earlier ->
                                Finding.error(
                                        adapter.source(),
                                        message,
                                        "the adapters are given in the wrong order: put it before %s"
                                                .formatted(earlier.source())))
                        .orElseGet(() ->
                                Finding.error(
                                        adapter.source(),
                                        message,
                                        "the base is already merged with an adapter of the"
                                                + " larger vocabulary: give the original"
                                                + " base")));
        return false;
    }

    private boolean isTied() {
        return !tensors.containsKey(Architecture.OUTPUT)
                && tensors.containsKey(Architecture.EMBEDDING);
    }

    /// Puts the matrices that the model had before training in place, as PEFT does when it loads
    /// them: a tied model has one, whatever it is called.
    private void replaceBase(LoraAdapter adapter) {
        boolean tied = isTied();
        adapter.base()
                .forEach((name, whole) -> {
                    replace(adapter, tied ? Architecture.EMBEDDING : name, whole);
                    findings.add(
                            Finding.note(
                                    adapter.source(),
                                    "brings the %s that it was trained on, which takes the place of the model's"
                                            .formatted(Printable.name(name))));
                });
    }

    /// Puts the adapter's embedding and lm_head in place.
    ///
    /// What `modules_to_save` names was trained beside the model's matrix, so that a model that
    /// tied the two does so no longer; anything else was loaded into the one matrix that they
    /// share.
    private void replaceVocabulary(LoraAdapter adapter) {
        Recipe embedding = adapter.replaced().get(Architecture.EMBEDDING);
        Recipe head = adapter.replaced().get(Architecture.OUTPUT);
        boolean shared = isTied() && !isTrainedApart(adapter);
        boolean both = embedding != null && head != null;
        if (shared && both && !adapter.bringsOneVocabularyMatrix()) {
            if (adapter.config().ensureWeightTying()) {
                findings.add(
                        Finding.error(
                                adapter.source(),
                                "says ensure_weight_tying, but its embedding and its lm_head"
                                        + " differ",
                                "save the adapter again, or remove ensure_weight_tying from its"
                                        + " adapter_config.json"));
                return;
            }
            shared = false;
        }
        Recipe either = embedding != null ? embedding : head;
        if (shared && either != null) {
            replace(adapter, Architecture.EMBEDDING, either);
            findings.add(
                    Finding.note(
                            adapter.source(),
                            "brings one matrix for embedding and lm_head, which stay tied"));
            return;
        }
        if (isTied() && (embedding != null || head != null)) {
            untie(
                    adapter,
                    both
                            ? "an embedding and an lm_head of its own"
                            : head != null
                                    ? "an lm_head of its own"
                                    : "an embedding of its own, without an lm_head");
        }
        if (embedding != null) {
            replace(adapter, Architecture.EMBEDDING, embedding);
        }
        if (head != null) {
            replace(adapter, Architecture.OUTPUT, head);
        }
    }

    /// Whether embedding or lm_head were trained as matrices of their own.
    private static boolean isTrainedApart(LoraAdapter adapter) {
        return !adapter.config().ensureWeightTying()
                && adapter.replaced().keySet().stream()
                        .filter(Architecture::isVocabulary)
                        .anyMatch(adapter.config()::isSavedWhole);
    }

    /// Gives a tied model an lm_head, which begins as what it was.
    ///
    /// @param what the adapter brings that makes the two differ
    private void untie(LoraAdapter adapter, String what) {
        Recipe embedding = tensors.get(Architecture.EMBEDDING);
        if (embedding == null) {
            throw new IllegalStateException(Architecture.EMBEDDING);
        }
        tensors.put(Architecture.OUTPUT, embedding);
        if (raised.containsKey(Architecture.EMBEDDING)) {
            raised.put(Architecture.OUTPUT, raised.get(Architecture.EMBEDDING));
        }
        findings.add(
                Finding.note(
                        adapter.source(),
                        "brings %s to a model that ties the two: they are written as two matrices"
                                .formatted(what)));
    }

    private void replace(LoraAdapter adapter, String name, Recipe whole) {
        Recipe current = tensors.get(name);
        if (current == null) {
            findings.add(
                    Finding.error(
                            adapter.source(),
                            "replaces %s, which the model does not have"
                                    .formatted(Printable.name(name)),
                            "the adapter was made for another model"));
            return;
        }
        Shape shape = whole.shape();
        boolean fits =
                Architecture.isVocabulary(name)
                        ? shape.rank() == 2 && shape.columns() == current.shape().columns()
                        : shape.equals(current.shape());
        if (!fits) {
            findings.add(
                    Finding.error(
                            adapter.source(),
                            "replaces %s by shape %s, expected %s"
                                    .formatted(Printable.name(name), shape, current.shape()),
                            "the adapter was made for a model of another size"));
        } else if (isFoldable(adapter, name, current)) {
            DType dtype = raised.containsKey(name) ? raised.get(name) : current.dtype();
            tensors.put(name, whole.as(dtype));
        }
    }

    private void requireOneVocabulary(LoraAdapter adapter) {
        Recipe embedding = tensors.get(Architecture.EMBEDDING);
        Recipe head = tensors.get(Architecture.OUTPUT);
        if (vocabulary(adapter).isPresent()
                && embedding != null
                && head != null
                && embedding.shape().rows() != head.shape().rows()) {
            findings.add(
                    Finding.error(
                            adapter.source(),
                            "leaves an embedding of %s rows and an lm_head of %s"
                                    .formatted(
                                            KnownVocabulary.describe(embedding.shape().rows()),
                                            KnownVocabulary.describe(head.shape().rows())),
                            "an adapter that grows the vocabulary must bring both matrices, or say"
                                    + " ensure_weight_tying if they are one"));
        }
    }

    private void addDelta(LoraAdapter adapter, String module, LoraPair pair) {
        String name = module + ".weight";
        if (name.equals(Architecture.OUTPUT) && isTied()) {
            if (adapter.config().ensureWeightTying()) {
                findings.add(
                        Finding.error(
                                adapter.source(),
                                "adapts lm_head but not the embedding that it says is tied to it",
                                "remove ensure_weight_tying from its adapter_config.json"));
                return;
            }
            untie(adapter, "a delta for lm_head alone");
        }
        Recipe current = tensors.get(name);
        if (current == null) {
            findings.add(
                    Finding.error(
                            adapter.source(),
                            "adapts %s, which the model does not have"
                                    .formatted(Printable.name(module)),
                            "the adapter was made for another model"));
            return;
        }
        Shape delta = Shape.of(pair.b().shape().rows(), pair.a().shape().columns());
        if (!delta.equals(current.shape())) {
            findings.add(
                    Finding.error(
                            adapter.source(),
                            "makes a delta of shape %s for %s, expected %s"
                                    .formatted(delta, Printable.name(name), current.shape()),
                            "the adapter was made for a model of another size"));
        } else if (isFoldable(adapter, name, current)) {
            tensors.put(name, new Recipe.AddLora(raise(name), pair.a(), pair.b(), pair.scale()));
        }
    }

    /// The tensor as the next delta wants it: float32 where only the end is rounded.
    private Recipe raise(String name) {
        Recipe current = tensors.get(name);
        if (current == null) {
            throw new IllegalArgumentException(name);
        }
        if (!roundOnce) {
            return current;
        }
        raised.putIfAbsent(name, current.dtype());
        return current.as(DType.F32);
    }

    private boolean isFoldable(LoraAdapter adapter, String name, Recipe current) {
        boolean foldable =
                switch (current.dtype()) {
                    case F32, F16, BF16 -> true;
                    default -> false;
                };
        if (!foldable && !typeNoted) {
            typeNoted = true;
            findings.add(
                    new Finding(
                            Finding.Severity.ERROR,
                            Problem.of(
                                            ErrorKind.UNSUPPORTED,
                                            adapter.source(),
                                            "changes %s, which the model holds as %s"
                                                    .formatted(
                                                            Printable.name(name), current.dtype()))
                                    .withHint(
                                            "fold into F32, F16 or BF16 weights, or give --type"
                                                    + " F16 to fold into what these stand for")));
        }
        return foldable;
    }
}
