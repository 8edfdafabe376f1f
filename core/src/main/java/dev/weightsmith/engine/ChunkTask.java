package dev.weightsmith.engine;

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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

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
    static List<ChunkTask> of(List<PlannedTensor> tensors, long rows) {
        long all = tensors.getFirst().recipe().shape().rows();
        var tensor = new Tensor(tensors, (all + rows - 1) / rows);
        var tasks = new ArrayList<ChunkTask>();
        for (long first = 0; first < all; first += rows) {
            tasks.add(new ChunkTask(tensor, first, Math.min(rows, all - first)));
        }
        return tasks;
    }

    /// Recipes of which more than one of `recipes` is made, made once for all: what several
    /// convert, or what one converts and another is. What is stored as it is needed is only copied.
    static Set<Recipe> shared(List<Recipe> recipes) {
        Set<Recipe> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Recipe> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Recipe recipe : recipes) {
            boolean converts = recipe instanceof Recipe.Cast;
            Recipe made = recipe instanceof Recipe.Cast cast ? cast.input() : recipe;
            if ((converts || RowMaker.isWorthSharing(made)) && !seen.add(made)) {
                shared.add(made);
            }
        }
        return shared;
    }

    /// Makes the rows in memory of `pool`.
    Chunk make(ChunkPool pool) throws IOException, InterruptedException {
        MemorySegment buffer = pool.takeBuffer();
        Scratch scratch = pool.takeScratch();
        boolean made = false;
        try {
            var rows = new ArrayList<MemorySegment>();
            LoraFactors factors = tensor.factors();
            var maker = new RowMaker(scratch);
            maker.nextRange();
            for (Recipe recipe : shared(tensor.recipes())) {
                maker.share(recipe, first, count, factors);
            }
            long used = 0;
            for (PlannedTensor planned : tensor.planned) {
                long bytes = count * planned.info().rowBytes();
                MemorySegment out = buffer.asSlice(used, bytes);
                make(maker, planned, out, factors);
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

    private void make(RowMaker maker, PlannedTensor planned, MemorySegment out, LoraFactors factors)
            throws IOException {
        Recipe recipe = planned.recipe();
        try {
            maker.make(recipe, first, count, out, factors);
            long columns = recipe.shape().columns();
            OptionalLong element = NonFinite.firstIn(out, recipe.dtype(), count * columns);
            if (element.isPresent()) {
                throw new NonFiniteValue(first, columns, element.getAsLong());
            }
        } catch (NonFiniteValue e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.CHECK_FAILED,
                                    Recipes.sources(recipe).getFirst().path(),
                                    "tensor "
                                            + Printable.name(planned.name())
                                            + ": row "
                                            + e.row()
                                            + ", column "
                                            + e.column()
                                            + " becomes NaN or infinite as "
                                            + recipe.dtype())
                            .withHint(
                                    "an input holds such a value, or one too large for the type: try --type BF16 or F32, or check the inputs' digests"),
                    e);
        }
    }

    /// What the ranges of one tensor have in common.
    private static final class Tensor {
        private final List<PlannedTensor> planned;
        private long unfinished;
        private @org.jspecify.annotations.Nullable LoraFactors factors;

        Tensor(List<PlannedTensor> planned, long ranges) {
            this.planned = planned;
            this.unfinished = ranges;
        }

        List<Recipe> recipes() {
            return planned.stream().map(PlannedTensor::recipe).toList();
        }

        /// Read by the first worker that needs them.
        synchronized LoraFactors factors() throws IOException {
            LoraFactors read = factors;
            if (read == null) {
                read = LoraFactors.read(recipes());
                factors = read;
            }
            return read;
        }

        synchronized void finishedOne() {
            LoraFactors read = factors;
            if (--unfinished == 0 && read != null) {
                read.close();
                factors = null;
            }
        }
    }
}
