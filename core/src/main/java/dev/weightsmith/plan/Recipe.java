package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How the rows of one tensor are made from rows of others.
///
/// A recipe is a value: it says its type and shape, names the files that it reads, and is equal to
/// every recipe that says the same. Nothing is read until the engine asks for rows. Every recipe
/// can make any range of its rows from bounded ranges of its inputs' rows.
///
/// Constructors check that what is put together fits: they throw IllegalArgumentException, since
/// planners know shapes before they build recipes.
public sealed interface Recipe {
    /// The type in which the rows come out.
    DType dtype();

    Shape shape();

    /// Rows of a stored tensor, as they are.
    record Load(Source source, TensorInfo tensor) implements Recipe {
        @Override
        public DType dtype() {
            return tensor.dtype();
        }

        @Override
        public Shape shape() {
            return tensor.shape();
        }
    }

    /// Values that a planner computed itself, small enough to be held: float32, row after row.
    record Constant(Shape shape, List<Float> values) implements Recipe {
        public Constant {
            values = List.copyOf(values);
            require(values.size() == shape.elements(), values.size() + " values for", shape);
        }

        @Override
        public DType dtype() {
            return DType.F32;
        }
    }

    /// The same values in another type, rounded to nearest even or quantized.
    ///
    /// @param importance one non-negative weight per column, for quantized types
    record Cast(Recipe input, DType dtype, Optional<Importance> importance) implements Recipe {
        public Cast {
            long columns = input.shape().columns();
            require(columns % dtype.blockElements() == 0, "no whole blocks of " + dtype, input);
            require(
                    importance.isEmpty() || importance.get().size() == columns,
                    "importance of another width for",
                    input);
        }

        @Override
        public Shape shape() {
            return input.shape();
        }
    }

    /// `input + (b · a) * scale`, rounded once to the input's type
    /// (docs/specs/adapters.md#merge-arithmetic).
    ///
    /// @param a rank × columns
    /// @param b rows × rank
    record AddLora(Recipe input, Recipe a, Recipe b, float scale) implements Recipe {
        public AddLora {
            if (!a.shape().equals(Shape.of(b.shape().columns(), input.shape().columns()))
                    || b.shape().rows() != input.shape().rows()) {
                throw new IllegalArgumentException(
                        "lora_A %s and lora_B %s do not make %s"
                                .formatted(a.shape(), b.shape(), input.shape()));
            }
        }

        @Override
        public DType dtype() {
            return input.dtype();
        }

        @Override
        public Shape shape() {
            return input.shape();
        }
    }

    /// A small matrix turned over its diagonal; held whole while it is used.
    record Transpose(Recipe input) implements Recipe {
        public Transpose {
            require(
                    input.shape().rank() == 2 && input.dtype().blockElements() == 1,
                    "cannot be transposed:",
                    input);
        }

        @Override
        public DType dtype() {
            return input.dtype();
        }

        @Override
        public Shape shape() {
            return Shape.of(input.shape().dimension(1), input.shape().dimension(0));
        }
    }

    /// The rows of each attention head reordered between the two rotary layouts.
    ///
    /// @param heads heads (for keys: key/value heads) that the rows divide into
    record RotaryRows(Recipe input, int heads, RotaryLayout to) implements Recipe {
        public RotaryRows {
            require(
                    heads > 0 && input.shape().rows() % (2L * heads) == 0,
                    "does not divide into %d heads of pairs:".formatted(heads),
                    input);
        }

        @Override
        public DType dtype() {
            return input.dtype();
        }

        @Override
        public Shape shape() {
            return input.shape();
        }
    }

    /// Rows `first` to `first + count` of the input.
    record RowRange(Recipe input, long first, long count) implements Recipe {
        public RowRange {
            Objects.checkFromIndexSize(first, count, input.shape().rows());
        }

        @Override
        public DType dtype() {
            return input.dtype();
        }

        @Override
        public Shape shape() {
            return input.shape().withRows(count);
        }
    }

    /// Columns `first` to `first + count` of the input's rows.
    record ColumnRange(Recipe input, long first, long count) implements Recipe {
        public ColumnRange {
            Objects.checkFromIndexSize(first, count, input.shape().columns());
            int block = input.dtype().blockElements();
            require(first % block == 0 && count % block == 0, "no whole blocks of", input);
        }

        @Override
        public DType dtype() {
            return input.dtype();
        }

        @Override
        public Shape shape() {
            return input.shape().withColumns(count);
        }
    }

    /// The rows of the parts, one part after another.
    record StackRows(List<Recipe> parts) implements Recipe {
        public StackRows {
            parts = List.copyOf(parts);
            requireAlike(parts);
            long columns = parts.getFirst().shape().columns();
            parts.forEach(
                    part -> require(part.shape().columns() == columns, "has other columns:", part));
        }

        @Override
        public DType dtype() {
            return parts.getFirst().dtype();
        }

        @Override
        public Shape shape() {
            return parts.getFirst()
                    .shape()
                    .withRows(parts.stream().mapToLong(part -> part.shape().rows()).sum());
        }
    }

    /// Each row made of the parts' rows, side by side.
    record StackColumns(List<Recipe> parts) implements Recipe {
        public StackColumns {
            parts = List.copyOf(parts);
            requireAlike(parts);
            long rows = parts.getFirst().shape().rows();
            parts.forEach(part -> require(part.shape().rows() == rows, "has other rows:", part));
        }

        @Override
        public DType dtype() {
            return parts.getFirst().dtype();
        }

        @Override
        public Shape shape() {
            return parts.getFirst()
                    .shape()
                    .withColumns(parts.stream().mapToLong(part -> part.shape().columns()).sum());
        }
    }

    /// Each row the mean of some rows of the input: summed in float64 in the order given, divided
    /// by their number, rounded to float32.
    ///
    /// @param rows for each row of this recipe the rows of the input, at least one
    record MeanOfRows(Recipe input, List<List<Integer>> rows) implements Recipe {
        public MeanOfRows {
            rows = rows.stream().map(List::copyOf).toList();
            for (List<Integer> group : rows) {
                if (group.isEmpty()) {
                    throw new IllegalArgumentException("the mean of no rows");
                }
                group.forEach(row -> Objects.checkIndex(row, input.shape().rows()));
            }
        }

        @Override
        public DType dtype() {
            return DType.F32;
        }

        @Override
        public Shape shape() {
            return input.shape().withRows(rows.size());
        }
    }

    /// One row, `count` times; made once and held while the tensor is made.
    record RepeatRow(Recipe row, long count) implements Recipe {
        public RepeatRow {
            require(row.shape().rows() == 1 && count >= 0, "is not one row:", row);
        }

        @Override
        public DType dtype() {
            return row.dtype();
        }

        @Override
        public Shape shape() {
            return row.shape().withRows(count);
        }
    }

    /// Normally distributed values around 0, float32. A value follows from the seed and its place
    /// alone, whatever the chunks and threads.
    record Noise(Shape shape, long seed, float deviation) implements Recipe {
        public Noise {
            require(Float.isFinite(deviation) && deviation >= 0, "deviation " + deviation, shape);
        }

        @Override
        public DType dtype() {
            return DType.F32;
        }
    }

    private static void requireAlike(List<Recipe> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("nothing to stack");
        }
        DType dtype = parts.getFirst().dtype();
        parts.forEach(part -> require(part.dtype() == dtype, "is not " + dtype + ":", part));
    }

    private static void require(boolean fits, String what, Recipe recipe) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s %s %s".formatted(what, recipe.dtype(), recipe.shape()));
        }
    }

    private static void require(boolean fits, String what, Shape shape) {
        if (!fits) {
            throw new IllegalArgumentException("%s %s".formatted(what, shape));
        }
    }

    /// This recipe's rows in `other`; itself where that is already the type.
    default Recipe as(DType other) {
        return dtype() == other ? this : new Cast(this, other, Optional.empty());
    }

    /// This recipe's rows in the other rotary layout. Going there and back is going nowhere.
    default Recipe rotary(int heads, RotaryLayout to) {
        return this instanceof RotaryRows rows && rows.to() != to && rows.heads() == heads
                ? rows.input()
                : new RotaryRows(this, heads, to);
    }
}
