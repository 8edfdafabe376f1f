package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.List;
import java.util.Optional;

/// The kernels that this machine runs.
public final class Kernels {
    private Kernels() {}

    /// The codec of a type; empty for types whose values cannot be read as float32.
    public static Optional<Codec> codec(DType dtype) {
        return available().getFirst().codec(dtype);
    }

    public static LoraFold loraFold() {
        return available().getFirst().loraFold();
    }

    /// Every set that can run here, the fastest first; Java is always the last.
    static List<KernelSet> available() {
        return List.of(new JavaKernels());
    }
}
