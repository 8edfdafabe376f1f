package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;

/// A range of the output matrix's rows, and with it of token ids: it makes their logits.
///
/// The matrix is gone through in blocks, because that of a large vocabulary takes more memory than
/// a layer does.
final class OutputBlock implements AutoCloseable {
    private static final long BYTES = 64L << 20;

    private final Recipe recipe;
    private final Sources sources;
    private final RowArray rows;
    private final int size;
    private final int threads;
    private int first;
    private int count;

    OutputBlock(NDManager manager, LlamaModel model, int threads) {
        this(manager, model, size(model), threads);
    }

    /// @param size ids in a block
    OutputBlock(NDManager manager, LlamaModel model, int size, int threads) {
        this.recipe = recipe(model);
        this.sources = model.sources();
        this.size = size;
        this.rows = new RowArray(manager, size, recipe.shape().columns());
        this.threads = threads;
    }

    private static Recipe recipe(LlamaModel model) {
        Recipe output = model.tensors().get(TensorNames.OUTPUT);
        Recipe found = output == null ? model.tensors().get(TensorNames.EMBEDDING) : output;
        if (found == null) {
            throw new IllegalStateException("a model without embedding");
        }
        return found;
    }

    /// Token ids in a block.
    static int size(LlamaModel model) {
        long rowBytes = (long) model.config().hiddenSize() * Float.BYTES;
        return Math.clamp(BYTES / rowBytes, 1, model.config().vocabularySize());
    }

    /// The most ids that one block can have.
    static int most(LlamaModel model) {
        long rowBytes = (long) model.config().hiddenSize() * Float.BYTES;
        return Math.clamp(RowArray.LARGEST / rowBytes, 1, model.config().vocabularySize());
    }

    /// Goes to the block that begins with an id; reads nothing where it is there already.
    void load(int firstId) throws IOException {
        if (count > 0 && first == firstId) {
            return;
        }
        first = firstId;
        count = (int) Math.min(size, recipe.shape().rows() - firstId);
        rows.fill(recipe, sources, first, count, threads);
    }

    int count() {
        return count;
    }

    /// The logits of some tokens' successors.
    ///
    /// @param states tokens × hidden size, after the last norm
    /// @return `count` tokens × [#count] ids
    float[] logits(NDArray states, int firstToken, int tokens) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray some = states.get(new NDIndex(firstToken + ":" + (firstToken + tokens)));
            NDArray matrix = rows.array().get(new NDIndex("0:" + count));
            return some.matMul(matrix.transpose()).toFloatArray();
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
