package dev.weightsmith.engine;

import dev.weightsmith.error.FileException;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Makes any rows of a recipe as float32, for who wants a tensor's values and no file.
///
/// One reader belongs to one thread; several may read the same recipe side by side. Memory is a few
/// rows, whatever the tensor's size.
public final class RowReader implements AutoCloseable {
    private static final long CHUNK_BYTES = 2L << 20;

    private final Recipe floats;
    private final long rows;
    private final LoraFactors factors;
    private final Scratch scratch;

    private RowReader(Recipe floats, long rows, LoraFactors factors) {
        this.floats = floats;
        this.rows = rows;
        this.factors = factors;
        this.scratch = new Scratch(RowMaker.scratchBytes(floats, rows));
    }

    /// @throws FileException if the recipe's type is none whose values can be read as float32
    public static RowReader open(Recipe recipe) throws IOException {
        if (Kernels.codec(recipe.dtype()).isEmpty()) {
            throw FileException.unsupported(
                    Recipes.sources(recipe).getFirst().path(),
                    "holds tensors of type "
                            + recipe.dtype()
                            + ", whose values cannot be read as numbers");
        }
        long rowBytes = Math.max(1, recipe.shape().columns() * Float.BYTES);
        long step = RowMaker.step(recipe);
        long rows = Math.max(1, CHUNK_BYTES / rowBytes);
        return new RowReader(
                recipe.as(DType.F32),
                Math.max(rows / step * step, step),
                LoraFactors.read(List.of(recipe)));
    }

    /// Reads rows `first` to `first + count`.
    ///
    /// @param out exactly their bytes as float32, outside the Java heap
    public void read(long first, long count, MemorySegment out) throws IOException {
        long rowBytes = floats.shape().columns() * Float.BYTES;
        for (long done = 0; done < count; ) {
            // The first piece ends where a reordered head ends, so that none is read twice.
            long some = Math.min(count - done, rows - (first + done) % rows);
            var maker = new RowMaker(scratch);
            maker.nextRange();
            maker.make(
                    floats,
                    first + done,
                    some,
                    out.asSlice(done * rowBytes, some * rowBytes),
                    factors);
            done += some;
        }
    }

    @Override
    public void close() {
        scratch.close();
        factors.close();
    }
}
