package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.rows.Held;
import dev.weightsmith.engine.rows.Scratch;
import dev.weightsmith.engine.rows.TensorRows;
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

    private final TensorRows tensor;
    private final Sources sources;
    private final long rowsAtOnce;
    private final Held held;
    private final Scratch scratch;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows;

    private RowReader(TensorRows tensor, Sources sources, Held held) {
        this.tensor = tensor;
        this.sources = sources;
        this.held = held;
        this.rowsAtOnce = rowsAtOnce(tensor);
        this.scratch = new Scratch(tensor.scratchBytes(rowsAtOnce));
        this.rows = arena.allocate(Math.max(1, tensor.bytes(0, rowsAtOnce)), 64);
    }

    /// A reader of the rows of `recipe`, in the recipe's type; ask for `recipe.as(DType.F32)` to
    /// have float32. The caller closes it.
    public static RowReader open(Recipe recipe, Sources sources) throws IOException {
        TensorRows tensor = TensorRows.of(List.of(recipe));
        Held held = tensor.hold(sources);
        try {
            return new RowReader(tensor, sources, held);
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    /// A reader of the rows of `recipe` as float32. The caller closes it.
    ///
    /// @throws FileException if the values of its type cannot be had so
    public static RowReader ofFloats(Recipe recipe, Sources sources) throws IOException {
        if (!hasFloats(recipe.dtype())) {
            throw FileException.unsupported(
                    sources.file(Recipes.sources(recipe).getFirst()).path(),
                    "holds tensors of type "
                            + recipe.dtype()
                            + ", whose values cannot be read as numbers");
        }
        return open(recipe.as(DType.F32), sources);
    }

    /// Whether values of this type can be had as float32.
    public static boolean hasFloats(DType dtype) {
        return Kernels.codec(dtype).isPresent();
    }

    /// The most rows that one [#read] gives.
    public long rowsAtOnce() {
        return rowsAtOnce;
    }

    /// Rows `first` to `first + count`, little-endian. They stay until the next call.
    ///
    /// @param count at most [#rowsAtOnce]
    public MemorySegment read(long first, long count) throws IOException {
        if (first < 0 || count < 0 || count > rowsAtOnce || first > tensor.rows() - count) {
            throw new IllegalArgumentException("rows " + first + " to " + (first + count));
        }
        MemorySegment out = rows.asSlice(0, tensor.bytes(0, count));
        tensor.range(first, count, sources, scratch, held).make(0, out);
        return out;
    }

    /// Copies rows `first` to `first + count`, however many.
    ///
    /// @param out exactly their bytes
    public void read(long first, long count, MemorySegment out) throws IOException {
        long rowBytes = tensor.bytes(0, 1);
        for (long done = 0; done < count; ) {
            // A piece ends where a reordered head ends, so that none is read twice.
            long some = Math.min(count - done, rowsAtOnce - (first + done) % rowsAtOnce);
            MemorySegment.copy(read(first + done, some), 0, out, done * rowBytes, some * rowBytes);
            done += some;
        }
    }

    private static long rowsAtOnce(TensorRows tensor) {
        long widest = Math.max(tensor.bytes(0, 1), tensor.columns() * Float.BYTES);
        long rows = Math.clamp(TARGET / Math.max(1, widest), 1, Math.max(1, tensor.rows()));
        long step = tensor.step();
        return rows >= step ? rows / step * step : rows;
    }

    @Override
    public void close() {
        arena.close();
        scratch.close();
        held.close();
    }
}
