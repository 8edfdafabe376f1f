package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.model.Model;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Continues texts: keeps the keys and values of what was said, so that each step works on new
/// tokens alone.
///
/// Layers that find room stay in memory; the others are read again at each step.
public final class Generator implements AutoCloseable {
    private final NDManager manager;
    private final Model model;
    private final Layer layer;
    private final Rope rope;
    private final int resident;
    private final List<LayerWeights> layers = new ArrayList<>();
    private final List<KeyValueCache> caches = new ArrayList<>();
    private final RowArray norm;
    private final OutputBlock output;
    private int seen;

    /// Reads the model.
    ///
    /// @param resident layers that stay in memory
    public Generator(NDManager manager, Model model, int resident, int threads) throws IOException {
        this.manager = manager;
        this.model = model;
        this.layer = new Layer(model.config(), new Attention(manager));
        this.rope = new Rope(model.config());
        this.resident = resident;
        this.norm = LayerPass.lastNorm(manager, model);
        this.output = new OutputBlock(manager, model, OutputBlock.most(model), threads);
        int all = model.config().layers();
        for (int i = 0; i < Math.min(all, resident + 1); i++) {
            var weights = new LayerWeights(manager, model.config(), threads);
            layers.add(weights);
            if (i < resident) {
                weights.fill(model, i);
            }
        }
        for (int i = 0; i < all; i++) {
            caches.add(new KeyValueCache());
        }
    }

    /// Takes the next tokens of the text.
    ///
    /// @return the logits of what comes after them
    float[] logits(int[] tokens) throws IOException {
        NDArray states = LayerPass.embed(manager, model, tokens);
        try (var rotation =
                Layer.Rotation.of(
                        manager,
                        rope.table(seen, tokens.length, seen + tokens.length),
                        tokens.length)) {
            for (int i = 0; i < model.config().layers(); i++) {
                LayerWeights weights = layers.get(Math.min(i, resident));
                if (i >= resident) {
                    weights.fill(model, i);
                }
                try (NDArray before = states) {
                    states = layer.forward(before, weights, rotation, Optional.of(caches.get(i)));
                }
            }
        }
        boolean first = seen == 0;
        seen += tokens.length;
        try (NDArray before = states;
                NDArray weight = norm.array().reshape(model.config().hiddenSize());
                NDArray last = layer.finish(before, weight)) {
            float[] logits = lastLogits(last, tokens.length - 1);
            if (first) {
                // All weights have been read once, and nothing has been said yet.
                model.verify();
            }
            return logits;
        }
    }

    /// Begins a new text.
    public void forget() {
        caches.forEach(KeyValueCache::close);
        seen = 0;
    }

    /// Goes on from a text.
    ///
    /// @param ends ids that end the answer
    /// @param said is given each token of the answer as it comes
    /// @return whether it came to an end, rather than to `most` tokens
    public boolean answer(
            int[] prompt, int most, Sampler sampler, Collection<Integer> ends, IntConsumer said)
            throws IOException {
        float[] logits = logits(prompt);
        for (int count = 1; ; count++) {
            int id = sampler.choose(logits);
            if (ends.contains(id)) {
                return true;
            }
            said.accept(id);
            if (count == most) {
                return false;
            }
            logits = logits(new int[] {id});
        }
    }

    private float[] lastLogits(NDArray states, int token) throws IOException {
        float[] all = new float[model.config().vocabularySize()];
        for (int id = 0; id < all.length; id += output.count()) {
            output.load(id);
            float[] some = output.logits(states, token, 1);
            System.arraycopy(some, 0, all, id, some.length);
        }
        return all;
    }

    @Override
    public void close() {
        caches.forEach(KeyValueCache::close);
        layers.forEach(LayerWeights::close);
        norm.close();
        output.close();
    }
}
