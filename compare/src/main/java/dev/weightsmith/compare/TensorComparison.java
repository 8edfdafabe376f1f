package dev.weightsmith.compare;

import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;

/// How one tensor of a model compares with the tensor of the same name of another.
public sealed interface TensorComparison {
    String name();

    /// Same shape, same values.
    record Equal(String name) implements TensorComparison {}

    /// Only one model has it.
    ///
    /// @param first whether that is the first model
    record OnlyInOne(String name, boolean first) implements TensorComparison {}

    /// The shapes differ; nothing else is compared.
    record OtherShape(String name, Shape a, Shape b) implements TensorComparison {}

    /// Same shape, other bytes that are no real numbers.
    record OtherBytes(String name, DType a, DType b) implements TensorComparison {}

    /// Same shape, other values.
    record Different(String name, Shape shape, Difference difference) implements TensorComparison {}
}
