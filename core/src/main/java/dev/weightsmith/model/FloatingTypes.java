package dev.weightsmith.model;

import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;

/// The types of an unquantized GGUF file (specs: GGUF, dtype).
record FloatingTypes(DType dtype) implements TensorTypes {
    @Override
    public int fileType() {
        return switch (dtype) {
            case F32 -> 0;
            case F16 -> 1;
            case BF16 -> 32;
            default -> throw new IllegalArgumentException(dtype + " is not a floating file type");
        };
    }

    @Override
    public DType type(String name, Recipe tensor) {
        boolean vector = tensor.shape().rank() < 2;
        return vector || name.endsWith("_norm.weight") ? DType.F32 : dtype;
    }
}
