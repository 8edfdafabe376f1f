package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// All kernels in plain Java: what they mean, and what runs where nothing faster does.
final class JavaKernels implements KernelSet {
    @Override
    public String name() {
        return "java";
    }

    @Override
    public LoraFold loraFold() {
        return new JavaLoraFold();
    }

    @Override
    public Optional<Codec> codec(DType dtype) {
        return switch (dtype) {
            case F64 -> Optional.of(new JavaF64());
            case F32 -> Optional.of(new JavaF32());
            case F16 -> Optional.of(new JavaF16());
            case BF16 -> Optional.of(new JavaBF16());
            case Q4_0 -> Optional.of(new JavaQ4_0());
            case Q4_1 -> Optional.of(new JavaQ4_1());
            case Q5_0 -> Optional.of(new JavaQ5_0());
            case Q5_1 -> Optional.of(new JavaQ5_1());
            case Q8_0 -> Optional.of(new JavaQ8_0());
            case Q2_K -> Optional.of(new JavaQ2_K());
            case Q3_K -> Optional.of(new JavaQ3_K());
            case Q4_K -> Optional.of(new JavaQ4_K());
            case Q5_K -> Optional.of(new JavaQ5_K());
            case Q6_K -> Optional.of(new JavaQ6_K());
            case IQ4_NL -> Optional.of(new JavaIQ4_NL());
            case IQ4_XS -> Optional.of(new JavaIQ4_XS());
            default -> Optional.empty();
        };
    }
}
