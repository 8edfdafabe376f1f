package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.architecture.Role;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.model.Model;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// The weights of one layer as float32. All layers have the same shapes: the next can be read into
/// the same memory.
final class LayerWeights implements AutoCloseable {
    private final Map<Role, RowArray> arrays = new EnumMap<>(Role.class);
    private final int threads;

    /// What a layer has, in the order in which it is used.
    private static final List<Role> ROLES =
            List.of(
                    Role.ATTENTION_NORM,
                    Role.QUERY,
                    Role.KEY,
                    Role.VALUE,
                    Role.ATTENTION_OUTPUT,
                    Role.FEED_FORWARD_NORM,
                    Role.GATE,
                    Role.UP,
                    Role.DOWN);

    LayerWeights(NDManager manager, ModelConfig config, int threads) {
        this.threads = threads;
        Map<String, Shape> shapes = shapes(config);
        for (Role role : ROLES) {
            String name = config.architecture().name(role, 0);
            Shape shape = Objects.requireNonNull(shapes.get(name));
            boolean vector = shape.rank() == 1;
            arrays.put(
                    role,
                    vector
                            ? new RowArray(manager, shape.rows(), 1)
                            : new RowArray(manager, shape.rows(), shape.columns()));
        }
    }

    /// Bytes that one layer takes.
    static long bytes(ModelConfig config) {
        return shapes(config).values().stream().mapToLong(Shape::elements).sum() * Float.BYTES;
    }

    /// The weights of the first layer by name; all layers have the same.
    static SequencedMap<String, Shape> shapes(ModelConfig config) {
        Map<String, Shape> weights = config.weights();
        var shapes = new LinkedHashMap<String, Shape>();
        for (Role role : ROLES) {
            String name = config.architecture().name(role, 0);
            shapes.put(name, Objects.requireNonNull(weights.get(name)));
        }
        return shapes;
    }

    /// Reads a layer's weights over what was there.
    void fill(Model model, int layer) throws IOException {
        for (Role role : ROLES) {
            String name = model.config().architecture().name(role, layer);
            Recipe recipe = Objects.requireNonNull(model.tensors().get(name));
            array(role).fill(recipe, model.sources(), 0, recipe.shape().rows(), threads);
        }
    }

    /// A matrix, outputs × inputs.
    NDArray matrix(Role role) {
        return array(role).array();
    }

    /// The scale of a norm.
    NDArray vector(Role role) {
        NDArray array = array(role).array();
        return array.reshape(array.size());
    }

    private RowArray array(Role role) {
        return Objects.requireNonNull(arrays.get(role));
    }

    @Override
    public void close() {
        arrays.values().forEach(RowArray::close);
    }
}
