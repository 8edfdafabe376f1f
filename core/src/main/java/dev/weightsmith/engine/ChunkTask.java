package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.rows.Held;
import dev.weightsmith.engine.rows.NonFiniteValue;
import dev.weightsmith.engine.rows.Scratch;
import dev.weightsmith.engine.rows.TensorRows;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.kernel.NonFinite;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Recipes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A range of rows to be made: of one tensor, or of the same tensor for several files.
final class ChunkTask {
    private final Tensor tensor;
    private final long first;
    private final long count;

    private ChunkTask(Tensor tensor, long first, long count) {
        this.tensor = tensor;
        this.first = first;
        this.count = count;
    }

    /// The ranges of `rows` rows that make up a tensor, in order.
    static List<ChunkTask> of(
            List<PlannedTensor> tensors, TensorRows made, Sources sources, long rows) {
        long all = made.rows();
        var tensor = new Tensor(tensors, made, sources, (all + rows - 1) / rows);
        var tasks = new ArrayList<ChunkTask>();
        for (long first = 0; first < all; first += rows) {
            tasks.add(new ChunkTask(tensor, first, Math.min(rows, all - first)));
        }
        return tasks;
    }

    /// Makes the rows in memory of `pool`.
    Chunk make(ChunkPool pool) throws IOException, InterruptedException {
        MemorySegment buffer = pool.takeBuffer();
        Scratch scratch = pool.takeScratch();
        boolean made = false;
        try {
            TensorRows.Range range =
                    tensor.made.range(first, count, tensor.sources, scratch, tensor.held());
            var rows = new ArrayList<MemorySegment>();
            long used = 0;
            for (int file = 0; file < tensor.planned.size(); file++) {
                long bytes = tensor.made.bytes(file, count);
                MemorySegment out = buffer.asSlice(used, bytes);
                make(range, file, out);
                rows.add(out);
                used += Scratch.rounded(bytes);
            }
            made = true;
            return new Chunk(pool, buffer, rows);
        } finally {
            tensor.finishedOne();
            pool.giveBack(scratch);
            if (!made) {
                pool.giveBack(buffer);
            }
        }
    }

    private void make(TensorRows.Range range, int file, MemorySegment out) throws IOException {
        PlannedTensor planned = tensor.planned.get(file);
        Recipe recipe = planned.recipe();
        try {
            range.make(file, out);
            long columns = recipe.shape().columns();
            OptionalLong element = NonFinite.firstIn(out, recipe.dtype(), count * columns);
            if (element.isPresent()) {
                throw new NonFiniteValue(first, columns, element.getAsLong());
            }
        } catch (NonFiniteValue e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.CHECK_FAILED,
                                    tensor.sources.file(Recipes.sources(recipe).getFirst()).path(),
                                    "tensor %s: row %d, column %d becomes NaN or infinite as %s"
                                            .formatted(
                                                    Printable.name(planned.name()),
                                                    e.row(),
                                                    e.column(),
                                                    recipe.dtype()))
                            .withHint(
                                    "an input holds such a value, or one too large for the type: try --type BF16 or F32, or check the inputs' digests"),
                    e);
        }
    }

    /// What the ranges of one tensor have in common.
    private static final class Tensor {
        private final List<PlannedTensor> planned;
        private final TensorRows made;
        private final Sources sources;
        private long unfinished;
        private @Nullable Held held;

        Tensor(List<PlannedTensor> planned, TensorRows made, Sources sources, long ranges) {
            this.planned = planned;
            this.made = made;
            this.sources = sources;
            this.unfinished = ranges;
        }

        /// Made by the first worker that needs it.
        synchronized Held held() throws IOException {
            Held all = held;
            if (all == null) {
                all = made.hold(sources);
                held = all;
            }
            return all;
        }

        synchronized void finishedOne() {
            Held all = held;
            if (--unfinished == 0 && all != null) {
                all.close();
                held = null;
            }
        }
    }
}
