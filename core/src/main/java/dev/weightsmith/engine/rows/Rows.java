package dev.weightsmith.engine.rows;

import dev.weightsmith.kernel.Codec;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rows of one recipe: makes ranges of them, in any number of threads.
///
/// Each recipe's rows come out in the recipe's own type, so that values which no arithmetic touches
/// are copied, never decoded.
public abstract sealed class Rows
        permits AddLoraRows,
                CastRows,
                ColumnRangeRows,
                ConstantRows,
                LoadRows,
                MeanRows,
                NoiseRows,
                RangeRows,
                RepeatedRows,
                RotaryRows,
                StackedColumns,
                StackedRows,
                TransposedRows {
    private final DType dtype;
    private final Shape shape;
    private final List<Rows> inputs;

    /// @param inputs from whose rows these are made
    Rows(Recipe recipe, List<Rows> inputs) {
        this.dtype = recipe.dtype();
        this.shape = recipe.shape();
        this.inputs = List.copyOf(inputs);
    }

    /// Those of several recipes; equal recipes, and equal parts of them, have the same object.
    static List<Rows> of(List<Recipe> recipes) {
        var known = new HashMap<Recipe, Rows>();
        return recipes.stream().map(recipe -> of(recipe, known)).toList();
    }

    private static Rows of(Recipe recipe, Map<Recipe, Rows> known) {
        Rows before = known.get(recipe);
        if (before != null) {
            return before;
        }
        Rows rows =
                switch (recipe) {
                    case Recipe.Load load -> new LoadRows(load);
                    case Recipe.Constant constant -> new ConstantRows(constant);
                    case Recipe.Noise noise -> new NoiseRows(noise);
                    case Recipe.Cast cast -> new CastRows(cast, of(cast.input(), known));
                    case Recipe.AddLora lora ->
                            new AddLoraRows(
                                    lora,
                                    of(lora.input(), known),
                                    of(lora.a().as(DType.F32), known),
                                    of(lora.b().as(DType.F32), known));
                    case Recipe.Transpose transpose ->
                            new TransposedRows(transpose, of(transpose.input(), known));
                    case Recipe.RotaryRows rotary ->
                            new RotaryRows(rotary, of(rotary.input(), known));
                    case Recipe.RowRange range -> new RangeRows(range, of(range.input(), known));
                    case Recipe.ColumnRange range ->
                            new ColumnRangeRows(range, of(range.input(), known));
                    case Recipe.StackRows stack ->
                            new StackedRows(
                                    stack,
                                    stack.parts().stream().map(part -> of(part, known)).toList());
                    case Recipe.StackColumns stack ->
                            new StackedColumns(
                                    stack,
                                    stack.parts().stream().map(part -> of(part, known)).toList());
                    case Recipe.MeanOfRows mean -> new MeanRows(mean, of(mean.input(), known));
                    case Recipe.RepeatRow repeat ->
                            new RepeatedRows(repeat, of(repeat.row(), known));
                };
        known.put(recipe, rows);
        return rows;
    }

    final DType dtype() {
        return dtype;
    }

    final Shape shape() {
        return shape;
    }

    final List<Rows> inputs() {
        return inputs;
    }

    /// The one input of a recipe that has one.
    final Rows input() {
        return inputs.getFirst();
    }

    final int columns() {
        return Math.toIntExact(shape.columns());
    }

    /// Bytes of `count` rows.
    final long bytes(long count) {
        return count * dtype.bytes(shape.columns());
    }

    /// Bytes of `count` rows as float32.
    final long floatBytes(long count) {
        return count * shape.columns() * Float.BYTES;
    }

    final Codec codec() {
        return Kernels.codec(dtype)
                .orElseThrow(
                        () -> new IllegalStateException("planned a conversion of type " + dtype));
    }

    /// Makes rows `first` to `first + count` as they are, from those of the inputs.
    ///
    /// @param out exactly their bytes
    abstract void fill(long first, long count, MemorySegment out, Making making) throws IOException;

    /// The scratch memory that [#fill] of `count` rows takes, at most.
    abstract long scratchBytes(long count);

    /// How many rows belong together for reading no row twice: a head's where rows are reordered.
    long step() {
        return 1;
    }

    /// The memory that is held while the tensor is made.
    long heldBytes() {
        return 0;
    }

    /// Makes what is held while the tensor is made.
    void hold(Held held) throws IOException {}

    /// Makes rows `first` to `first + count`.
    ///
    /// @param out exactly their bytes
    final void make(long first, long count, MemorySegment out, Making making) throws IOException {
        if (count == 0) {
            return;
        }
        Optional<MemorySegment> kept = making.kept(this).filter(_ -> isWorthSharing());
        if (kept.isPresent()) {
            if (dtype == DType.F32) {
                out.copyFrom(kept.get());
            } else {
                codec().encode(kept.get(), out, count, columns(), Optional.empty());
            }
            return;
        }
        long mark = making.scratch().mark();
        fill(first, count, out, making);
        making.scratch().release(mark);
    }

    /// Makes rows `first` to `first + count` as float32.
    final void floats(long first, long count, MemorySegment out, Making making) throws IOException {
        Optional<MemorySegment> kept = making.kept(this);
        if (kept.isPresent()) {
            out.copyFrom(kept.get());
        } else if (dtype == DType.F32) {
            make(first, count, out, making);
        } else {
            long mark = making.scratch().mark();
            MemorySegment stored = making.scratch().take(bytes(count));
            make(first, count, stored, making);
            codec().decode(stored, out, count, columns());
            making.scratch().release(mark);
        }
    }

    /// The scratch memory that [#floats] of `count` rows takes, at most.
    final long floatScratchBytes(long count) {
        return dtype == DType.F32
                ? scratchBytes(count)
                : Scratch.rounded(bytes(count)) + scratchBytes(count);
    }

    /// Whether rows that are there as float32 are had more cheaply from those: stored ones are read
    /// again as they are, and packed ones cannot be packed again without loss.
    boolean isWorthSharing() {
        return dtype.isPlainFloat() && dtype != DType.F64;
    }
}
