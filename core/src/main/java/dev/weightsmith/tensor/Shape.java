package dev.weightsmith.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// The dimensions of a tensor, outermost first.
///
/// Every shape is also a list of rows, which is how tensors are read and written: the last
/// dimension is the row, all others count rows. A vector is a list of rows of one element, and a
/// scalar is one such row, so that any range of any tensor is a range of rows.
public final class Shape {
    /// No dimension of any known model comes near; larger ones are attacks on arithmetic.
    public static final long MAX_DIMENSION = 1L << 40;

    private final long[] dimensions;
    private final long elements;

    private Shape(long[] dimensions) {
        long product = 1;
        for (long dimension : dimensions) {
            if (dimension < 0 || dimension > MAX_DIMENSION) {
                throw new IllegalArgumentException(
                        "dimension %d is outside 0 to 2^40".formatted(dimension));
            }
            product = Math.multiplyExact(product, dimension);
        }
        // Prefix products of [2^40, 2^40, 0] overflow although the product is 0.
        long prefix = 1;
        for (long dimension : dimensions) {
            prefix = Math.multiplyExact(prefix, Math.max(1, dimension));
        }
        this.dimensions = dimensions;
        this.elements = product;
    }

    /// A shape of these dimensions, outermost first.
    ///
    /// @throws IllegalArgumentException if one is negative or over [#MAX_DIMENSION]
    /// @throws ArithmeticException if their product does not fit a long
    public static Shape of(long... dimensions) {
        return new Shape(dimensions.clone());
    }

    /// A shape of these dimensions, outermost first.
    ///
    /// @see #of(long...)
    public static Shape of(List<Long> dimensions) {
        return new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
    }

    public int rank() {
        return dimensions.length;
    }

    /// Dimension `index`, counted from the outermost.
    public long dimension(int index) {
        return dimensions[index];
    }

    public long elements() {
        return elements;
    }

    /// All dimensions but the last, multiplied; the elements of a vector; 1 for a scalar.
    public long rows() {
        if (dimensions.length == 0) {
            return 1;
        }
        long rows = 1;
        for (int i = 0; i < Math.max(1, dimensions.length - 1); i++) {
            rows *= dimensions[i];
        }
        return rows;
    }

    /// Elements of one row: the last dimension of a matrix, 1 for a vector or scalar.
    public long columns() {
        return dimensions.length < 2 ? 1 : dimensions[dimensions.length - 1];
    }

    /// The same shape with another number of rows.
    ///
    /// @throws IllegalStateException if the rank is over 2
    public Shape withRows(long rows) {
        return switch (dimensions.length) {
            case 1 -> of(rows);
            case 2 -> of(rows, dimensions[1]);
            default ->
                    throw new IllegalStateException(
                            "rows of a tensor of shape %s are not one dimension".formatted(this));
        };
    }

    /// The same matrix with another number of columns.
    ///
    /// @throws IllegalStateException if this is not a matrix
    public Shape withColumns(long columns) {
        if (dimensions.length != 2) {
            throw new IllegalStateException("a tensor of shape %s is not a matrix".formatted(this));
        }
        return of(dimensions[0], columns);
    }

    public LongStream stream() {
        return Arrays.stream(dimensions);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /// For example `[4096, 11008]`, outermost first.
    @Override
    public String toString() {
        return stream().mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
