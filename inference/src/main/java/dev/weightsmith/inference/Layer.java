package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.weightsmith.architecture.Role;
import dev.weightsmith.config.ModelConfig;
import java.util.Optional;

/// What a LLaMA layer does to the vectors of some tokens, in float32: attention and a gated
/// feed-forward block, each behind an RMS norm and added to what came in.
record Layer(ModelConfig config, Attention attention) {

    /// The turning of the tokens at hand: tokens × half a head.
    record Rotation(NDArray cosines, NDArray sines) implements AutoCloseable {
        static Rotation of(NDManager manager, Rope.Table table, int tokens) {
            var shape = new Shape(tokens, table.cosines().length / tokens);
            return new Rotation(
                    manager.create(table.cosines(), shape), manager.create(table.sines(), shape));
        }

        @Override
        public void close() {
            cosines.close();
            sines.close();
        }
    }

    /// @param states tokens × hidden size
    /// @param cache what earlier tokens left, where the tokens continue a text
    /// @return the states after this layer; the caller closes them
    NDArray forward(
            NDArray states,
            LayerWeights weights,
            Rotation rotation,
            Optional<KeyValueCache> cache) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray attended =
                    attend(
                            norm(states, weights.vector(Role.ATTENTION_NORM)),
                            weights,
                            rotation,
                            cache);
            NDArray middle = states.add(attended);
            NDArray fed =
                    feedForward(norm(middle, weights.vector(Role.FEED_FORWARD_NORM)), weights);
            NDArray result = middle.add(fed);
            NDScope.unregister(result);
            return result;
        }
    }

    /// The norm after the last layer; the caller closes what it makes.
    NDArray finish(NDArray states, NDArray weight) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray result = norm(states, weight);
            NDScope.unregister(result);
            return result;
        }
    }

    /// Each token's vector scaled to a mean square of 1, times a weight per element.
    private NDArray norm(NDArray states, NDArray weight) {
        NDArray meanSquare = states.mul(states).mean(new int[] {1}, true);
        NDArray length = meanSquare.addi((float) config.normEpsilon()).sqrt();
        return states.div(length).muli(weight);
    }

    private NDArray feedForward(NDArray states, LayerWeights weights) {
        NDArray gate = times(states, weights, Role.GATE);
        NDArray up = times(states, weights, Role.UP);
        return times(Activation.sigmoid(gate).muli(gate).muli(up), weights, Role.DOWN);
    }

    private NDArray attend(
            NDArray states,
            LayerWeights weights,
            Rotation rotation,
            Optional<KeyValueCache> cache) {
        NDArray queries = heads(times(states, weights, Role.QUERY), config.heads());
        NDArray keys = heads(times(states, weights, Role.KEY), config.keyValueHeads());
        NDArray values = heads(times(states, weights, Role.VALUE), config.keyValueHeads());
        NDArray turned = turn(keys, rotation);
        NDList seen =
                cache.map(earlier -> earlier.append(turned, values))
                        .orElseGet(() -> new NDList(turned, values));
        NDArray attended = attention.attend(turn(queries, rotation), seen.get(0), seen.get(1));
        NDArray joined =
                attended.transpose(1, 0, 2)
                        .reshape(
                                states.getShape().get(0),
                                (long) config.heads() * config.headSize());
        return times(joined, weights, Role.ATTENTION_OUTPUT);
    }

    /// Tokens × (heads · size) as heads × tokens × size.
    private NDArray heads(NDArray states, int heads) {
        return states.reshape(states.getShape().get(0), heads, config.headSize())
                .transpose(1, 0, 2);
    }

    /// Turns each pair of elements, which lie half a head apart.
    private static NDArray turn(NDArray heads, Rotation rotation) {
        NDList halves = heads.split(2, 2);
        NDArray first = halves.get(0);
        NDArray second = halves.get(1);
        return first.mul(rotation.cosines())
                .subi(second.mul(rotation.sines()))
                .concat(second.mul(rotation.cosines()).addi(first.mul(rotation.sines())), 2);
    }

    private NDArray times(NDArray states, LayerWeights weights, Role role) {
        return states.matMul(weights.matrix(role).transpose());
    }
}
