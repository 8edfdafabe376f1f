package dev.weightsmith.engine;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.kernel.Codec;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.kernel.NonFinite;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Follows recipes: makes ranges of rows, in one thread.
///
/// Each recipe's rows come out in the recipe's own type, so that values which no arithmetic touches
/// are copied, never decoded.
final class RowMaker {
    private final Scratch scratch;
    private final IdentityHashMap<Recipe, MemorySegment> shared = new IdentityHashMap<>();

    RowMaker(Scratch scratch) {
        this.scratch = scratch;
    }

    /// Forgets the rows kept by [#share]; the next range begins.
    void nextRange() {
        shared.clear();
        scratch.release(0);
    }

    /// Makes rows that several recipes of the same range go on from, as float32, and keeps them.
    void share(Recipe recipe, long first, long count, LoraFactors factors) throws IOException {
        MemorySegment floats = scratch.take(floatBytes(recipe, count));
        floats(recipe, first, count, floats, factors);
        shared.put(recipe, floats);
    }

    /// Whether rows that are there as float32 are had more cheaply from those: stored ones are read
    /// again as they are, and packed ones cannot be packed again without loss.
    static boolean isWorthSharing(Recipe recipe) {
        return !(recipe instanceof Recipe.Load)
                && recipe.dtype().isPlainFloat()
                && recipe.dtype() != DType.F64;
    }

    /// Makes rows `first` to `first + count` of `recipe` in its own type.
    ///
    /// @param out exactly their bytes
    void make(Recipe recipe, long first, long count, MemorySegment out, LoraFactors factors)
            throws IOException {
        if (count == 0) {
            return;
        }
        if (shared.containsKey(recipe) && isWorthSharing(recipe)) {
            var same = new Recipe.Cast(recipe, recipe.dtype(), Optional.empty());
            cast(same, first, count, out, factors);
            return;
        }
        long mark = scratch.mark();
        switch (recipe) {
            case Recipe.Load load -> load.source().readRows(load.tensor(), first, count, out);
            case Recipe.Constant constant -> {
                long columns = constant.shape().columns();
                for (long i = 0; i < count * columns; i++) {
                    out.setAtIndex(
                            JAVA_FLOAT_UNALIGNED,
                            i,
                            constant.values().get((int) (first * columns + i)));
                }
            }
            case Recipe.Cast cast -> cast(cast, first, count, out, factors);
            case Recipe.AddLora lora -> {
                make(lora.input(), first, count, out, factors);
                factors.of(lora).addTo(out, lora, first, count);
            }
            case Recipe.Transpose transpose -> transpose(transpose, first, count, out, factors);
            case Recipe.RotaryRows rotary -> rotary(rotary, first, count, out, factors);
            case Recipe.RowRange range ->
                    make(range.input(), range.first() + first, count, out, factors);
            case Recipe.ColumnRange range -> {
                long from = range.dtype().bytes(range.first());
                MemorySegment input = scratch.take(bytes(range.input(), count));
                make(range.input(), first, count, input, factors);
                copyColumns(
                        input,
                        bytes(range.input(), 1),
                        from,
                        out,
                        bytes(range, 1),
                        0,
                        bytes(range, 1),
                        count);
            }
            case Recipe.MeanOfRows mean -> means(mean, first, count, out, factors);
            case Recipe.RepeatRow repeat -> {
                MemorySegment row = factors.of(repeat);
                for (long i = 0; i < count; i++) {
                    MemorySegment.copy(row, 0, out, i * bytes(repeat, 1), bytes(repeat, 1));
                }
            }
            case Recipe.Noise noise -> new NoiseRows(noise).fill(out, first, count);
            case Recipe.StackRows stack -> {
                long start = 0;
                long written = 0;
                for (Recipe part : stack.parts()) {
                    long rows = part.shape().rows();
                    long from = Math.max(first, start);
                    long to = Math.min(first + count, start + rows);
                    if (from < to) {
                        long length = bytes(part, to - from);
                        make(part, from - start, to - from, out.asSlice(written, length), factors);
                        written += length;
                    }
                    start += rows;
                }
            }
            case Recipe.StackColumns stack -> {
                long at = 0;
                for (Recipe part : stack.parts()) {
                    long partMark = scratch.mark();
                    MemorySegment input = scratch.take(bytes(part, count));
                    make(part, first, count, input, factors);
                    copyColumns(
                            input,
                            bytes(part, 1),
                            0,
                            out,
                            bytes(stack, 1),
                            at,
                            bytes(part, 1),
                            count);
                    at += bytes(part, 1);
                    scratch.release(partMark);
                }
            }
        }
        scratch.release(mark);
    }

    /// The scratch memory that [#make] of `count` rows needs, at most.
    static long scratchBytes(Recipe recipe, long count) {
        return switch (recipe) {
            case Recipe.Load _, Recipe.Constant _, Recipe.Noise _, Recipe.RepeatRow _ -> 0;
            case Recipe.MeanOfRows mean ->
                    Scratch.rounded(floatBytes(mean, 1))
                            + Scratch.rounded(mean.shape().columns() * Double.BYTES)
                            + floatScratchBytes(mean.input(), 1);
            case Recipe.Cast cast ->
                    Scratch.rounded(floatBytes(cast.input(), count))
                            + floatScratchBytes(cast.input(), count)
                            + Scratch.rounded(cast.input().shape().columns() * Float.BYTES);
            case Recipe.AddLora lora -> scratchBytes(lora.input(), count);
            case Recipe.Transpose transpose -> {
                long rows = transpose.input().shape().rows();
                yield Scratch.rounded(bytes(transpose.input(), rows))
                        + scratchBytes(transpose.input(), rows);
            }
            case Recipe.RotaryRows rotary -> {
                long rows = count + 2 * headRows(rotary);
                yield Scratch.rounded(bytes(rotary.input(), rows))
                        + scratchBytes(rotary.input(), rows);
            }
            case Recipe.RowRange range -> scratchBytes(range.input(), count);
            case Recipe.ColumnRange range ->
                    Scratch.rounded(bytes(range.input(), count))
                            + scratchBytes(range.input(), count);
            case Recipe.StackRows stack ->
                    stack.parts().stream()
                            .mapToLong(part -> scratchBytes(part, count))
                            .max()
                            .orElse(0);
            case Recipe.StackColumns stack ->
                    stack.parts().stream()
                            .mapToLong(part ->
                                    Scratch.rounded(bytes(part, count)) + scratchBytes(part, count))
                            .max()
                            .orElse(0);
        };
    }

    /// The scratch memory that [#share] of `count` rows needs, at most.
    static long sharedBytes(Recipe recipe, long count) {
        return Scratch.rounded(floatBytes(recipe, count)) + floatScratchBytes(recipe, count);
    }

    /// How many rows belong together for reading no row twice: a head's where rows are reordered.
    static long step(Recipe recipe) {
        return switch (recipe) {
            case Recipe.Load _,
                    Recipe.Constant _,
                    Recipe.Transpose _,
                    Recipe.MeanOfRows _,
                    Recipe.RepeatRow _,
                    Recipe.Noise _ ->
                    1;
            case Recipe.Cast cast -> step(cast.input());
            case Recipe.AddLora lora -> step(lora.input());
            case Recipe.RotaryRows rotary -> headRows(rotary);
            case Recipe.RowRange range -> step(range.input());
            case Recipe.ColumnRange range -> step(range.input());
            case Recipe.StackRows stack -> step(stack.parts().getFirst());
            case Recipe.StackColumns stack -> step(stack.parts().getFirst());
        };
    }

    private static long floatScratchBytes(Recipe recipe, long count) {
        return recipe.dtype() == DType.F32
                ? scratchBytes(recipe, count)
                : Scratch.rounded(bytes(recipe, count)) + scratchBytes(recipe, count);
    }

    private void cast(
            Recipe.Cast cast, long first, long count, MemorySegment out, LoraFactors factors)
            throws IOException {
        if (cast.dtype() == DType.F32) {
            floats(cast.input(), first, count, out, factors);
            return;
        }
        MemorySegment floats = shared.get(cast.input());
        if (floats == null) {
            floats = scratch.take(floatBytes(cast.input(), count));
            floats(cast.input(), first, count, floats, factors);
        }
        int columns = Math.toIntExact(cast.shape().columns());
        Optional<MemorySegment> importance =
                cast.importance()
                        .map(weights -> {
                            MemorySegment copy = scratch.take((long) columns * Float.BYTES);
                            copy.copyFrom(MemorySegment.ofArray(weights.columns()));
                            return copy;
                        });
        if (cast.dtype().isQuantized()) {
            // Once packed, a NaN or infinity has spoiled its block and cannot be found any more.
            OptionalLong element = NonFinite.firstIn(floats, DType.F32, count * columns);
            if (element.isPresent()) {
                throw new NonFiniteValue(first, columns, element.getAsLong());
            }
        }
        codec(cast.dtype()).encode(floats, out, count, columns, importance);
    }

    private void floats(
            Recipe recipe, long first, long count, MemorySegment out, LoraFactors factors)
            throws IOException {
        MemorySegment kept = shared.get(recipe);
        if (kept != null) {
            out.copyFrom(kept);
        } else if (recipe.dtype() == DType.F32) {
            make(recipe, first, count, out, factors);
        } else {
            long mark = scratch.mark();
            MemorySegment stored = scratch.take(bytes(recipe, count));
            make(recipe, first, count, stored, factors);
            int columns = Math.toIntExact(recipe.shape().columns());
            codec(recipe.dtype()).decode(stored, out, count, columns);
            scratch.release(mark);
        }
    }

    private void transpose(
            Recipe.Transpose transpose,
            long first,
            long count,
            MemorySegment out,
            LoraFactors factors)
            throws IOException {
        Recipe input = transpose.input();
        long rows = input.shape().rows();
        MemorySegment whole = scratch.take(bytes(input, rows));
        make(input, 0, rows, whole, factors);
        long size = input.dtype().blockBytes();
        long rowBytes = bytes(input, 1);
        for (long row = 0; row < count; row++) {
            for (long column = 0; column < rows; column++) {
                MemorySegment.copy(
                        whole,
                        column * rowBytes + (first + row) * size,
                        out,
                        (row * rows + column) * size,
                        size);
            }
        }
    }

    private void means(
            Recipe.MeanOfRows mean, long first, long count, MemorySegment out, LoraFactors factors)
            throws IOException {
        long columns = mean.shape().columns();
        MemorySegment floats = scratch.take(floatBytes(mean, 1));
        MemorySegment sums = scratch.take(columns * Double.BYTES);
        for (long row = 0; row < count; row++) {
            List<Integer> group = mean.rows().get(Math.toIntExact(first + row));
            sums.fill((byte) 0);
            for (int source : group) {
                floats(mean.input(), source, 1, floats, factors);
                for (long i = 0; i < columns; i++) {
                    sums.setAtIndex(
                            JAVA_DOUBLE_UNALIGNED,
                            i,
                            sums.getAtIndex(JAVA_DOUBLE_UNALIGNED, i)
                                    + floats.getAtIndex(JAVA_FLOAT_UNALIGNED, i));
                }
            }
            for (long i = 0; i < columns; i++) {
                out.setAtIndex(
                        JAVA_FLOAT_UNALIGNED,
                        row * columns + i,
                        (float) (sums.getAtIndex(JAVA_DOUBLE_UNALIGNED, i) / group.size()));
            }
        }
    }

    private void rotary(
            Recipe.RotaryRows rotary,
            long first,
            long count,
            MemorySegment out,
            LoraFactors factors)
            throws IOException {
        long head = headRows(rotary);
        long from = first / head * head;
        long to = Math.min(rotary.shape().rows(), (first + count + head - 1) / head * head);
        MemorySegment input = scratch.take(bytes(rotary.input(), to - from));
        make(rotary.input(), from, to - from, input, factors);
        long rowBytes = bytes(rotary, 1);
        for (long row = 0; row < count; row++) {
            long inHead = (first + row) % head;
            long source = first + row - inHead + source(inHead, head, rotary.to());
            MemorySegment.copy(input, (source - from) * rowBytes, out, row * rowBytes, rowBytes);
        }
    }

    /// Which row of a head comes to stand at `row` of the reordered head.
    private static long source(long row, long head, RotaryLayout to) {
        long half = head / 2;
        return switch (to) {
            case HALVES -> row < half ? 2 * row : 2 * (row - half) + 1;
            case INTERLEAVED -> row % 2 == 0 ? row / 2 : half + row / 2;
        };
    }

    private static long headRows(Recipe.RotaryRows rotary) {
        return rotary.shape().rows() / rotary.heads();
    }

    private static void copyColumns(
            MemorySegment source,
            long sourceRowBytes,
            long sourceOffset,
            MemorySegment target,
            long targetRowBytes,
            long targetOffset,
            long length,
            long rows) {
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(
                    source,
                    row * sourceRowBytes + sourceOffset,
                    target,
                    row * targetRowBytes + targetOffset,
                    length);
        }
    }

    private static Codec codec(DType dtype) {
        return Kernels.codec(dtype)
                .orElseThrow(
                        () -> new IllegalStateException("planned a conversion of type " + dtype));
    }

    private static long bytes(Recipe recipe, long rows) {
        return rows * recipe.dtype().bytes(recipe.shape().columns());
    }

    private static long floatBytes(Recipe recipe, long rows) {
        return rows * recipe.shape().columns() * Float.BYTES;
    }
}
