package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;

/// Attention of the last queries to keys of which the last are their own, each query to the keys up
/// to its own.
final class Attention {
    /// Attention scores that are held at once; queries go in blocks of as many as that allows.
    static final long SCORE_BYTES = 64L << 20;

    private final NDManager manager;
    private final long scoreBytes;
    private final Map<MaskSize, NDArray> masks = new HashMap<>();

    private record MaskSize(int queries, int keys) {}

    Attention(NDManager manager) {
        this(manager, SCORE_BYTES);
    }

    Attention(NDManager manager, long scoreBytes) {
        this.manager = manager;
        this.scoreBytes = scoreBytes;
    }

    /// @param queries heads × tokens × head size, turned
    /// @param keys key/value heads × tokens seen × head size, turned
    /// @param values the shape of the keys
    /// @return the shape of the queries
    NDArray attend(NDArray queries, NDArray keys, NDArray values) {
        int tokens = (int) queries.getShape().get(1);
        int seen = (int) keys.getShape().get(1);
        int block = blockSize(queries.getShape().get(0), tokens, seen);
        if (block >= tokens) {
            return attendBlock(queries, keys, values);
        }
        var blocks = new NDList();
        for (int from = 0; from < tokens; from += block) {
            int to = Math.min(tokens, from + block);
            // Keys after the block's last query would only be masked.
            String visible = ":, :" + (seen - tokens + to);
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray part =
                        attendBlock(
                                queries.get(new NDIndex(":, " + from + ":" + to)),
                                keys.get(new NDIndex(visible)),
                                values.get(new NDIndex(visible)));
                NDScope.unregister(part);
                blocks.add(part);
            }
        }
        NDArray all = NDArrays.concat(blocks, 1);
        blocks.close();
        return all;
    }

    /// How many queries go at once.
    private int blockSize(long heads, int tokens, int seen) {
        return Math.clamp(scoreBytes / Float.BYTES / heads / seen, 1, tokens);
    }

    /// Query heads that share a key/value head stand side by side, so they are multiplied with it
    /// as if they were one head with more tokens.
    private NDArray attendBlock(NDArray queries, NDArray keys, NDArray values) {
        long heads = queries.getShape().get(0);
        long tokens = queries.getShape().get(1);
        long size = queries.getShape().get(2);
        long sharing = keys.getShape().get(0);
        long seen = keys.getShape().get(1);
        NDArray scores =
                queries.reshape(sharing, heads / sharing * tokens, size)
                        .matMul(keys.transpose(0, 2, 1))
                        .muli(1 / Math.sqrt((double) size));
        if (tokens > 1) {
            scores = scores.reshape(heads, tokens, seen).addi(mask((int) tokens, (int) seen));
        }
        return scores.softmax(-1)
                .reshape(sharing, heads / sharing * tokens, seen)
                .matMul(values)
                .reshape(heads, tokens, size);
    }

    /// Minus infinity where a query would look at a later key.
    private NDArray mask(int queries, int keys) {
        return masks.computeIfAbsent(
                new MaskSize(queries, keys),
                size -> {
                    float[] mask = new float[queries * keys];
                    for (int query = 0; query < queries; query++) {
                        for (int key = keys - queries + query + 1; key < keys; key++) {
                            mask[query * keys + key] = Float.NEGATIVE_INFINITY;
                        }
                    }
                    NDArray array = manager.create(mask, new Shape(queries, keys));
                    NDScope.unregister(array);
                    return array;
                });
    }
}
