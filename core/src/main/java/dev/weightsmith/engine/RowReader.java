package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.FileException;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Recipes;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Reads the rows of one recipe where nothing is written: for digests and comparisons.
///
/// Memory is bounded by a few MiB or one row, whichever is more, and by what a fold's low-rank
/// matrices take. One thread at a time may use it.
public final class RowReader implements AutoCloseable {
    private static final long TARGET = 4L << 20;

    private final Recipe recipe;
    private final long rowBytes;
    private final long rowsAtOnce;
    private final LoraFactors factors;
    private final Scratch scratch;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows;

    private RowReader(Recipe recipe, LoraFactors factors) {
        this.recipe = recipe;
        this.factors = factors;
        this.rowBytes = recipe.dtype().bytes(recipe.shape().columns());
        this.rowsAtOnce = rowsAtOnce(recipe, rowBytes);
        this.scratch = new Scratch(RowMaker.scratchBytes(recipe, rowsAtOnce));
        this.rows = arena.allocate(Math.max(1, rowsAtOnce * rowBytes), 64);
    }

    /// A reader of the rows of `recipe`, in the recipe's type; ask for `recipe.as(DType.F32)` to
    /// have float32. The caller closes it.
    public static RowReader open(Recipe recipe) throws IOException {
        LoraFactors factors = LoraFactors.read(List.of(recipe));
        try {
            return new RowReader(recipe, factors);
        } catch (RuntimeException | Error e) {
            factors.close();
            throw e;
        }
    }

    /// A reader of the rows of `recipe` as float32. The caller closes it.
    ///
    /// @throws FileException if the values of its type cannot be had so
    public static RowReader ofFloats(Recipe recipe) throws IOException {
        if (!hasFloats(recipe.dtype())) {
            throw FileException.unsupported(
                    Recipes.sources(recipe).getFirst().path(),
                    "holds tensors of type "
                            + recipe.dtype()
                            + ", whose values cannot be read as numbers");
        }
        return open(recipe.as(DType.F32));
    }

    /// Whether values of this type can be had as float32.
    public static boolean hasFloats(DType dtype) {
        return Kernels.codec(dtype).isPresent();
    }

    /// The checkpoints that rows of `recipe` are read from.
    public static List<Checkpoint> sources(Recipe recipe) {
        return Recipes.sources(recipe);
    }

    /// The most rows that one [#read] gives.
    public long rowsAtOnce() {
        return rowsAtOnce;
    }

    /// Rows `first` to `first + count`, little-endian. They stay until the next call.
    ///
    /// @param count at most [#rowsAtOnce]
    public MemorySegment read(long first, long count) throws IOException {
        if (first < 0 || count < 0 || count > rowsAtOnce || first > recipe.shape().rows() - count) {
            throw new IllegalArgumentException("rows " + first + " to " + (first + count));
        }
        MemorySegment out = rows.asSlice(0, count * rowBytes);
        var maker = new RowMaker(scratch);
        maker.nextRange();
        maker.make(recipe, first, count, out, factors);
        return out;
    }

    /// Copies rows `first` to `first + count`, however many.
    ///
    /// @param out exactly their bytes
    public void read(long first, long count, MemorySegment out) throws IOException {
        for (long done = 0; done < count; ) {
            // A piece ends where a reordered head ends, so that none is read twice.
            long some = Math.min(count - done, rowsAtOnce - (first + done) % rowsAtOnce);
            MemorySegment.copy(read(first + done, some), 0, out, done * rowBytes, some * rowBytes);
            done += some;
        }
    }

    private static long rowsAtOnce(Recipe recipe, long rowBytes) {
        long widest = Math.max(rowBytes, recipe.shape().columns() * Float.BYTES);
        long rows = Math.clamp(TARGET / Math.max(1, widest), 1, Math.max(1, recipe.shape().rows()));
        long step = RowMaker.step(recipe);
        return rows >= step ? rows / step * step : rows;
    }

    @Override
    public void close() {
        arena.close();
        scratch.close();
        factors.close();
    }
}
