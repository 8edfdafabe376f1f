package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Takes texts through a model layer by layer, all through one before the next is read, so that no
/// more than one layer's weights are in memory.
public final class LayerPass implements AutoCloseable {
    static final String LAST_NORM = "model.norm.weight";

    private final NDManager manager;
    private final LlamaModel model;
    private final Layer layer;
    private final LayerWeights weights;

    LayerPass(NDManager manager, LlamaModel model, int threads) {
        this.manager = manager;
        this.model = model;
        this.layer = new Layer(model.config(), new Attention(manager));
        this.weights = new LayerWeights(manager, model.config(), threads);
    }

    /// What [#run] reports to its progress as done in the end: the bytes of the weights.
    public static long bytes(LlamaModel model) {
        return LayerWeights.bytes(model.config()) * model.config().layers();
    }

    /// Runs texts of token ids.
    ///
    /// @return for each text its tokens' vectors after the last norm, tokens × hidden size, ready
    ///   for the output matrix; the caller closes them
    List<NDArray> run(List<int[]> texts, Progress progress) throws IOException {
        var states = new ArrayList<NDArray>();
        for (int[] text : texts) {
            states.add(embed(manager, model, text));
        }
        var rope = new Rope(model.config());
        long share = LayerWeights.bytes(model.config()) / texts.size();
        for (int i = 0; i < model.config().layers(); i++) {
            weights.fill(model, i);
            for (int text = 0; text < texts.size(); text++) {
                int tokens = texts.get(text).length;
                try (NDArray before = states.get(text);
                        var rotation =
                                Layer.Rotation.of(manager, rope.table(0, tokens, tokens), tokens)) {
                    states.set(text, layer.forward(before, weights, rotation, Optional.empty()));
                }
                progress.advance(share);
            }
        }
        try (var norm = lastNorm(manager, model)) {
            NDArray weight = norm.array().reshape(model.config().hiddenSize());
            states.replaceAll(state -> {
                try (state) {
                    return layer.finish(state, weight);
                }
            });
            weight.close();
        }
        return states;
    }

    static RowArray lastNorm(NDManager manager, LlamaModel model) throws IOException {
        Recipe recipe = Objects.requireNonNull(model.tensors().get(LAST_NORM));
        var norm = new RowArray(manager, recipe.shape().rows(), 1);
        norm.fill(recipe, model.sources(), 0, recipe.shape().rows(), 1);
        return norm;
    }

    /// The vectors of token ids, tokens × hidden size; the caller closes them.
    static NDArray embed(NDManager manager, LlamaModel model, int[] text) throws IOException {
        Recipe embedding = Objects.requireNonNull(model.tensors().get(TensorNames.EMBEDDING));
        try (var rows = new RowArray(manager, text.length, embedding.shape().columns())) {
            rows.gather(embedding, model.sources(), text);
            return rows.array().duplicate();
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
