package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// How the rows of one tensor are made from rows of others.
///
/// A recipe is data: it says its type and shape, and nothing is read until the engine asks for
/// rows. Every recipe can make any range of its rows from bounded ranges of its inputs' rows.
public sealed interface Recipe {
    /// The type in which the rows come out.
    DType dtype();

    Shape shape();

    /// Rows of a stored tensor, as they are.
    record Load(Checkpoint source, TensorInfo tensor) implements Recipe {
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
            if (values.size() != shape.elements()) {
                throw new IllegalArgumentException(values.size() + " values for shape " + shape);
            }
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
                        "lora_A "
                                + a.shape()
                                + " and lora_B "
                                + b.shape()
                                + " do not make "
                                + input.shape());
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
            if (row.shape().rows() != 1) {
                throw new IllegalArgumentException(row.shape() + " is not one row");
            }
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
        @Override
        public DType dtype() {
            return DType.F32;
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
