package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// All kernels in plain Java: what they mean, and what runs where nothing faster does.
final class JavaKernels {
    static final LoraFold LORA_FOLD = new JavaLoraFold();

    private JavaKernels() {}

    static Optional<Codec> codec(DType dtype) {
        return switch (dtype) {
            case F64 -> Optional.of(new JavaF64());
            case F32 -> Optional.of(new JavaF32());
            case F16 -> Optional.of(new JavaF16());
            case BF16 -> Optional.of(new JavaBF16());
            default -> Optional.empty();
        };
    }
}
