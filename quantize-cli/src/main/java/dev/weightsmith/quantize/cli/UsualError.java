package dev.weightsmith.quantize.cli;

import dev.weightsmith.tensor.DType;

/// The relative error that is usual for a type: what normally distributed values lose in it. The
/// matrices of trained models lose about as much; one that loses far more is worth a look.
final class UsualError {
    private UsualError() {}

    /// @throws IllegalArgumentException for a type that is not made here
    static double of(DType type) {
        return switch (type) {
            case F32 -> 2.5e-8;
            case F16 -> 0.000207;
            case BF16 -> 0.00166;
            case Q8_0 -> 0.00535;
            case Q6_K -> 0.0178;
            case Q5_K -> 0.0361;
            case Q5_1 -> 0.0378;
            case Q5_0 -> 0.0427;
            case Q4_K -> 0.0713;
            case IQ4_NL -> 0.0761;
            case IQ4_XS -> 0.0767;
            case Q4_1 -> 0.0782;
            case Q4_0 -> 0.0859;
            case Q3_K -> 0.151;
            case Q2_K -> 0.297;
            default -> throw new IllegalArgumentException(type + " is not made here");
        };
    }
}
