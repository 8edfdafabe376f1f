package dev.weightsmith.tensor;

/// What a file says of a tensor before its values are read.
///
/// @param name as in the file, or as it will be
/// @param shape outermost dimension first
public record TensorInfo(String name, DType dtype, Shape shape) {
    /// @throws IllegalArgumentException if a row is not a whole number of the type's blocks
    /// @throws ArithmeticException if the size in bytes does not fit a long
    public TensorInfo {
        long columns =
                shape.rank() < 2 && dtype.blockElements() > 1 && !dtype.isQuantized()
                        ? shape.elements()
                        : shape.columns();
        if (columns % dtype.blockElements() != 0) {
            throw new IllegalArgumentException(
                    "a row of %d elements is not a whole number of %s blocks of %d"
                            .formatted(columns, dtype, dtype.blockElements()));
        }
        dtype.bytes(shape.elements());
    }

    public long rows() {
        return shape.rows();
    }

    public long columns() {
        return shape.columns();
    }

    /// Bytes of one row.
    public long rowBytes() {
        return dtype.bytes(columns());
    }

    /// Bytes of all rows.
    public long bytes() {
        return dtype.bytes(shape.elements());
    }

    public TensorInfo withName(String other) {
        return new TensorInfo(other, dtype, shape);
    }

    /// For example `F16 [32000, 4096]`.
    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
