package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// One way to run the kernels. All sets give the same bytes.
interface KernelSet {
    /// As in the property `weightsmith.kernels`.
    String name();

    /// The codec of a type; empty for types whose values cannot be read as float32.
    Optional<Codec> codec(DType dtype);

    LoraFold loraFold();
}
