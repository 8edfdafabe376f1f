package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.llama.LlamaConfig;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The weights of one layer as float32. All layers have the same shapes: the next can be read into
/// the same memory.
final class LayerWeights implements AutoCloseable {
    private final Map<Part, RowArray> arrays = new EnumMap<>(Part.class);
    private final int threads;

    /// What a layer has, in the order in which it is used.
    enum Part {
        INPUT_NORM("input_layernorm"),
        QUERIES("self_attn.q_proj"),
        KEYS("self_attn.k_proj"),
        VALUES("self_attn.v_proj"),
        OUTPUT("self_attn.o_proj"),
        FEED_FORWARD_NORM("post_attention_layernorm"),
        GATE("mlp.gate_proj"),
        UP("mlp.up_proj"),
        DOWN("mlp.down_proj");

        private final String name;

        Part(String name) {
            this.name = name;
        }

        String tensor(int layer) {
            return "model.layers." + layer + "." + name + ".weight";
        }
    }

    LayerWeights(NDManager manager, LlamaConfig config, int threads) {
        this.threads = threads;
        Map<String, Shape> shapes = config.weights();
        for (Part part : Part.values()) {
            Shape shape = Objects.requireNonNull(shapes.get(part.tensor(0)));
            boolean vector = shape.rank() == 1;
            arrays.put(
                    part,
                    vector
                            ? new RowArray(manager, shape.rows(), 1)
                            : new RowArray(manager, shape.rows(), shape.columns()));
        }
    }

    /// Bytes that one layer takes.
    static long bytes(LlamaConfig config) {
        Map<String, Shape> shapes = config.weights();
        long elements = 0;
        for (Part part : Part.values()) {
            elements += Objects.requireNonNull(shapes.get(part.tensor(0))).elements();
        }
        return elements * Float.BYTES;
    }

    /// Reads a layer's weights over what was there.
    void fill(LlamaModel model, int layer) throws IOException {
        for (Part part : Part.values()) {
            Recipe recipe = Objects.requireNonNull(model.tensors().get(part.tensor(layer)));
            array(part).fill(recipe, model.sources(), 0, recipe.shape().rows(), threads);
        }
    }

    /// A matrix, outputs × inputs.
    NDArray matrix(Part part) {
        return array(part).array();
    }

    /// The scale of a norm.
    NDArray vector(Part part) {
        NDArray array = array(part).array();
        return array.reshape(array.size());
    }

    private RowArray array(Part part) {
        return Objects.requireNonNull(arrays.get(part));
    }

    @Override
    public void close() {
        arrays.values().forEach(RowArray::close);
    }
}
