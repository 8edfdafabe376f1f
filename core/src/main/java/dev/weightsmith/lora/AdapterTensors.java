package dev.weightsmith.lora;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// An adapter's tensors sorted into pairs and whole replacements, with every rule of a sound
/// adapter checked.
///
/// @param pairs by module path, for example `model.layers.0.self_attn.q_proj`
/// @param replaced by tensor name, for example `lm_head.weight`
/// @param base copies of the weights that the model had before training, by tensor name
/// @param oneVocabularyMatrix whether the embedding and lm_head of `replaced` are the same bytes
record AdapterTensors(
        SequencedMap<String, LoraPair> pairs,
        SequencedMap<String, Recipe> replaced,
        SequencedMap<String, Recipe> base,
        boolean oneVocabularyMatrix) {
    AdapterTensors {
        pairs = Collections.unmodifiableSequencedMap(pairs);
        replaced = Collections.unmodifiableSequencedMap(replaced);
        base = Collections.unmodifiableSequencedMap(base);
    }

    /// @param stored the tensors of `weights` as recipes
    /// @throws FileException naming everything that is wrong, the gravest kind first
    static AdapterTensors of(Checkpoint weights, Tensors stored, LoraConfig config)
            throws IOException {
        return new Sorter(weights, stored, config).sort();
    }

    private static final class Sorter {
        private static final int LISTED = 8;

        private final Checkpoint weights;
        private final Tensors stored;
        private final LoraConfig config;
        private final SequencedMap<String, TensorInfo> a = new LinkedHashMap<>();
        private final SequencedMap<String, TensorInfo> b = new LinkedHashMap<>();
        private final SequencedMap<String, TensorInfo> whole = new LinkedHashMap<>();
        private final SequencedMap<String, TensorInfo> base = new LinkedHashMap<>();
        private final Set<TensorInfo> transposed = new HashSet<>();
        private final List<String> unsupported = new ArrayList<>();
        private final List<String> malformed = new ArrayList<>();
        private boolean anyEmpty;

        Sorter(Checkpoint weights, Tensors stored, LoraConfig config) {
            this.weights = weights;
            this.stored = stored;
            this.config = config;
        }

        AdapterTensors sort() throws IOException {
            weights.tensors().forEach(this::place);
            if (weights.tensors().isEmpty()) {
                malformed.add("holds no tensors");
            }
            refuse(ErrorKind.UNSUPPORTED, unsupported);
            var pairs = new LinkedHashMap<String, LoraPair>();
            for (var entry : a.entrySet()) {
                String module = entry.getKey();
                TensorInfo up = b.get(module);
                if (up == null) {
                    malformed.add(Printable.name(module) + " has lora_A but no lora_B");
                } else {
                    pairs.put(module, pair(module, entry.getValue(), up));
                }
            }
            for (String module : b.keySet()) {
                if (!a.containsKey(module)) {
                    malformed.add(Printable.name(module) + " has lora_B but no lora_A");
                }
            }
            refuse(ErrorKind.MALFORMED, malformed);
            return new AdapterTensors(pairs, loads(whole), loads(base), oneVocabularyMatrix());
        }

        private SequencedMap<String, Recipe> loads(Map<String, TensorInfo> tensors) {
            var loads = new LinkedHashMap<String, Recipe>();
            tensors.forEach((name, tensor) -> loads.put(name, load(tensor)));
            return loads;
        }

        private boolean oneVocabularyMatrix() throws IOException {
            TensorInfo embedding = whole.get(Architecture.EMBEDDING);
            TensorInfo head = whole.get(Architecture.OUTPUT);
            return embedding != null
                    && head != null
                    && SameTensors.areSame(load(embedding), load(head), stored.sources());
        }

        private void place(TensorInfo tensor) {
            switch (AdapterKey.of(tensor.name())) {
                case AdapterKey.LoraA(String module, boolean transposed) -> {
                    add(a, module, tensor);
                    note(transposed, tensor);
                }
                case AdapterKey.LoraB(String module, boolean transposed) -> {
                    add(b, module, tensor);
                    note(transposed, tensor);
                }
                case AdapterKey.Base(String module) -> add(base, module + ".weight", tensor);
                case AdapterKey.Whole(String module) -> {
                    // PEFT saves the vocabulary's by itself when it was resized.
                    String name = module + ".weight";
                    if (Architecture.isVocabulary(name) || config.isSavedWhole(module)) {
                        add(whole, name, tensor);
                    } else {
                        unsupported.add(
                                Printable.name(tensor.name())
                                        + " (a whole weight that modules_to_save does not name)");
                    }
                }
                case AdapterKey.Other(String what) ->
                        unsupported.add(Printable.name(tensor.name()) + " (" + what + ")");
            }
        }

        private void note(boolean isTransposed, TensorInfo tensor) {
            if (isTransposed) {
                transposed.add(tensor);
            }
        }

        private void add(SequencedMap<String, TensorInfo> place, String key, TensorInfo tensor) {
            String name = Printable.name(tensor.name());
            if (!tensor.dtype().isPlainFloat()) {
                unsupported.add("%s (elements of type %s)".formatted(name, tensor.dtype()));
            }
            if (tensor.shape().elements() == 0) {
                anyEmpty = true;
                malformed.add("%s is empty: %s".formatted(name, tensor.shape()));
            }
            TensorInfo other = place.putIfAbsent(key, tensor);
            if (other != null) {
                malformed.add("%s is the same as %s".formatted(name, Printable.name(other.name())));
            }
        }

        /// The module's pair; a pair that does not fit together is noted, and refused later.
        private LoraPair pair(String module, TensorInfo down, TensorInfo up) throws FileException {
            int rank = config.rank(module);
            if (down.shape().elements() == 0 || up.shape().elements() == 0) {
                return new LoraPair(load(down), load(up), rank, 0);
            }
            requireRank(module, down, transposed.contains(down) ? 1 : 0, rank);
            requireRank(module, up, transposed.contains(up) ? 0 : 1, rank);
            return new LoraPair(factor(down), factor(up), rank, config.scale(module));
        }

        private Recipe factor(TensorInfo tensor) {
            Recipe factor = load(tensor).as(DType.F32);
            return transposed.contains(tensor) && tensor.shape().rank() == 2
                    ? new Recipe.Transpose(factor)
                    : factor;
        }

        private void requireRank(String module, TensorInfo tensor, int dimension, int rank) {
            if (tensor.shape().rank() != 2) {
                malformed.add(
                        "%s has shape %s, expected a matrix"
                                .formatted(Printable.name(tensor.name()), tensor.shape()));
            } else if (tensor.shape().dimension(dimension) != rank) {
                malformed.add(
                        "%s has shape %s, expected rank %d as adapter_config.json says of %s"
                                .formatted(
                                        Printable.name(tensor.name()),
                                        tensor.shape(),
                                        rank,
                                        Printable.name(module)));
            }
        }

        private Recipe load(TensorInfo tensor) {
            return Objects.requireNonNull(stored.recipes().get(tensor.name()));
        }

        private void refuse(ErrorKind kind, List<String> reasons) throws FileException {
            if (reasons.isEmpty()) {
                return;
            }
            String listed = reasons.stream().limit(LISTED).collect(Collectors.joining("; "));
            String message =
                    reasons.size() <= LISTED
                            ? listed
                            : "%s; and %d more".formatted(listed, reasons.size() - LISTED);
            Problem problem =
                    Problem.of(
                            kind,
                            weights.path(),
                            kind == ErrorKind.UNSUPPORTED
                                    ? "holds tensors that are not supported: " + message
                                    : message);
            if (kind == ErrorKind.UNSUPPORTED) {
                problem = problem.withHint(config.wayOut());
            } else if (anyEmpty) {
                problem =
                        problem.withHint(
                                "this looks like a DeepSpeed ZeRO-3 run saved without gathering its"
                                        + " parameters: save the adapter again from the training run");
            }
            throw new FileException(problem);
        }
    }
}
