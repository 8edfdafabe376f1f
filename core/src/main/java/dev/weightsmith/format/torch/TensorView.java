package dev.weightsmith.format.torch;

import dev.weightsmith.tensor.Shape;

/// Which elements of a storage are a tensor's, and in which order.
///
/// @param offset of the first element
/// @param strides elements between neighbours along each dimension
@SuppressWarnings("ArrayRecordComponent") // never compared, never given out
record TensorView(long offset, Shape shape, long[] strides) {
    private static final int MOST_DIMENSIONS = 8;

    /// A view of a storage of `elements` elements.
    ///
    /// @throws IllegalArgumentException if it leaves the storage
    /// @throws ArithmeticException if its arithmetic leaves 64 bits
    static TensorView of(long offset, long[] sizes, long[] strides, long elements) {
        if (sizes.length != strides.length) {
            throw new IllegalArgumentException(
                    "has %d sizes and %d strides".formatted(sizes.length, strides.length));
        }
        if (sizes.length > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "has %d dimensions, the limit is %d".formatted(sizes.length, MOST_DIMENSIONS));
        }
        var shape = Shape.of(sizes);
        if (offset < 0 || offset > elements) {
            throw new IllegalArgumentException(
                    "begins at element %d of a storage of %d".formatted(offset, elements));
        }
        long last = offset;
        for (int i = 0; i < sizes.length; i++) {
            if (strides[i] < 0) {
                throw new IllegalArgumentException("has the stride " + strides[i]);
            }
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, sizes[i] - 1), strides[i]));
        }
        if (shape.elements() > 0 && last >= elements) {
            throw new IllegalArgumentException(
                    "of shape %s reaches element %d of a storage of %d"
                            .formatted(shape, last, elements));
        }
        return new TensorView(offset, shape, strides.clone());
    }

    /// Whether the elements follow each other in the storage.
    boolean isContiguous() {
        long expected = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            if (shape.dimension(i) == 1) {
                continue;
            }
            if (strides[i] != expected) {
                return shape.elements() == 0;
            }
            expected *= shape.dimension(i);
        }
        return true;
    }
}
