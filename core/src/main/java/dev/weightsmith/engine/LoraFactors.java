package dev.weightsmith.engine;

import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Recipes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.List;

/// What one output tensor needs whole, held while it is made: low-rank matrices as float32, and
/// rows that come again and again.
final class LoraFactors implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final IdentityHashMap<Recipe.AddLora, Pair> pairs = new IdentityHashMap<>();

    private final IdentityHashMap<Recipe.RepeatRow, MemorySegment> rows = new IdentityHashMap<>();

    private LoraFactors() {}

    /// Reads the matrices of every [Recipe.AddLora], and makes the row of every [Recipe.RepeatRow],
    /// in `recipes`.
    static LoraFactors read(List<Recipe> recipes) throws IOException {
        var factors = new LoraFactors();
        try {
            for (Recipe recipe : recipes) {
                for (Recipe.AddLora lora : Recipes.loras(recipe)) {
                    if (!factors.pairs.containsKey(lora)) {
                        factors.pairs.put(
                                lora, new Pair(factors.whole(lora.a()), factors.whole(lora.b())));
                    }
                }
                for (Recipe.RepeatRow repeat : Recipes.repeats(recipe)) {
                    if (!factors.rows.containsKey(repeat)) {
                        factors.rows.put(repeat, factors.row(repeat.row()));
                    }
                }
            }
            return factors;
        } catch (IOException | RuntimeException | Error e) {
            factors.close();
            throw e;
        }
    }

    /// What [#read] will hold, in bytes, while it is at it.
    static long bytes(Recipe recipe) {
        long loras =
                Recipes.loras(recipe).stream()
                        .mapToLong(lora ->
                                2
                                        * Float.BYTES
                                        * (lora.a().shape().elements()
                                                + lora.b().shape().elements()))
                        .sum();
        long rows =
                Recipes.repeats(recipe).stream()
                        .mapToLong(repeat ->
                                repeat.row().dtype().bytes(repeat.row().shape().columns())
                                        + RowMaker.scratchBytes(repeat.row(), 1))
                        .sum();
        return loras + rows;
    }

    MemorySegment of(Recipe.RepeatRow repeat) {
        MemorySegment row = rows.get(repeat);
        if (row == null) {
            throw new IllegalStateException("a repeated row that was not made");
        }
        return row;
    }

    private MemorySegment row(Recipe recipe) throws IOException {
        long bytes = recipe.dtype().bytes(recipe.shape().columns());
        MemorySegment row = arena.allocate(Math.max(1, bytes), 64);
        try (var scratch = new Scratch(RowMaker.scratchBytes(recipe, 1))) {
            new RowMaker(scratch).make(recipe, 0, 1, row.asSlice(0, bytes), this);
        }
        return row;
    }

    Pair of(Recipe.AddLora lora) {
        Pair pair = pairs.get(lora);
        if (pair == null) {
            throw new IllegalStateException("a fold whose factors were not read");
        }
        return pair;
    }

    private MemorySegment whole(Recipe recipe) throws IOException {
        long rows = recipe.shape().rows();
        MemorySegment floats =
                arena.allocate(Math.max(1, recipe.shape().elements() * Float.BYTES), 64);
        try (var scratch = new Scratch(RowMaker.sharedBytes(recipe, rows))) {
            var maker = new RowMaker(scratch);
            maker.make(
                    recipe.as(dev.weightsmith.tensor.DType.F32),
                    0,
                    rows,
                    floats.asSlice(0, recipe.shape().elements() * Float.BYTES),
                    this);
        }
        return floats;
    }

    @Override
    public void close() {
        arena.close();
    }

    /// @param a rank × columns
    /// @param b rows × rank
    record Pair(MemorySegment a, MemorySegment b) {
        /// Adds the delta of rows `first` to `first + count` to `weights`, in place.
        void addTo(MemorySegment weights, Recipe.AddLora lora, long first, long count) {
            int rank = Math.toIntExact(lora.a().shape().rows());
            Kernels.loraFold()
                    .fold(
                            weights,
                            lora.dtype(),
                            Math.toIntExact(count),
                            Math.toIntExact(lora.shape().columns()),
                            a,
                            b.asSlice(first * rank * Float.BYTES, count * rank * Float.BYTES),
                            rank,
                            lora.scale());
        }
    }
}
