package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// The kernels that this machine runs.
public final class Kernels {
    private Kernels() {}

    /// The codec of a type; empty for types whose values cannot be read as float32.
    public static Optional<Codec> codec(DType dtype) {
        return JavaKernels.codec(dtype);
    }

    public static LoraFold loraFold() {
        return JavaKernels.LORA_FOLD;
    }
}
