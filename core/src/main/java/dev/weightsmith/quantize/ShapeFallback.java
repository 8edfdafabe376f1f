package dev.weightsmith.quantize;

import dev.weightsmith.tensor.DType;

/// What stands in for a type whose blocks do not make up a row
/// (docs/specs/quantize-types.md#shapes-that-do-not-fit).
final class ShapeFallback {
    private ShapeFallback() {}

    static TypeChoice of(DType wanted, long columns) {
        if (fits(wanted, columns)) {
            return new TypeChoice(wanted, TypeChoice.Why.CHOSEN, wanted);
        }
        DType smaller = smallerBlocks(wanted);
        if (smaller == wanted) {
            return lastResort(wanted);
        }
        return new TypeChoice(
                fits(smaller, columns) ? smaller : DType.F16, TypeChoice.Why.FALLBACK, wanted);
    }

    /// As [#of] for a type that was asked for by name: llama.cpp has no fallback there.
    static TypeChoice ofExplicit(DType wanted, long columns) {
        return fits(wanted, columns)
                ? new TypeChoice(wanted, TypeChoice.Why.CHOSEN, wanted)
                : lastResort(wanted);
    }

    private static TypeChoice lastResort(DType wanted) {
        return new TypeChoice(DType.F16, TypeChoice.Why.LAST_RESORT, wanted);
    }

    static boolean fits(DType dtype, long columns) {
        return columns % dtype.blockElements() == 0;
    }

    /// The type with blocks of 32 that is next in quality; itself where there is none.
    private static DType smallerBlocks(DType dtype) {
        return switch (dtype) {
            case Q2_K, Q3_K, TQ1_0, TQ2_0 -> DType.Q4_0;
            case Q4_K -> DType.Q5_0;
            case Q5_K -> DType.Q5_1;
            case Q6_K -> DType.Q8_0;
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> DType.IQ4_NL;
            default -> dtype;
        };
    }
}
