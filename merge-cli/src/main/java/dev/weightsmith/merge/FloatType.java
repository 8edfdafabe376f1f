package dev.weightsmith.merge;

import dev.weightsmith.tensor.DType;

/// The types that tensors can be written in.
enum FloatType {
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16);

    private final DType dtype;

    FloatType(DType dtype) {
        this.dtype = dtype;
    }

    DType dtype() {
        return dtype;
    }
}
