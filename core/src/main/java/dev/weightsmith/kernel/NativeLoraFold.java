package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The fold in C. Sizes are checked here: C believes them.
final class NativeLoraFold implements LoraFold {
    /// (weights, rows, columns, a, b, rank, scale)
    private static final FunctionDescriptor FOLD =
            FunctionDescriptor.ofVoid(
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_FLOAT);

    private final MethodHandle f32;
    private final MethodHandle f16;
    private final MethodHandle bf16;

    NativeLoraFold(NativeLibrary.Loaded library, String instructionSet) {
        f32 = library.function("fold_lora_f32_" + instructionSet, FOLD).orElseThrow();
        f16 = library.function("fold_lora_f16_" + instructionSet, FOLD).orElseThrow();
        bf16 = library.function("fold_lora_bf16_" + instructionSet, FOLD).orElseThrow();
    }

    @Override
    public void fold(
            MemorySegment weights,
            DType dtype,
            int rows,
            int columns,
            MemorySegment a,
            MemorySegment b,
            int rank,
            float scale) {
        var fold =
                switch (dtype) {
                    case F32 -> f32;
                    case F16 -> f16;
                    case BF16 -> bf16;
                    default -> throw new IllegalArgumentException("no fold into " + dtype);
                };
        var sum = Sizes.atLeast(weights, dtype, rows, columns);
        var right = Sizes.atLeast(a, DType.F32, rank, columns);
        var left = Sizes.atLeast(b, DType.F32, rows, rank);
        try {
            fold.invokeExact(sum, rows, columns, right, left, rank, scale);
        } catch (Throwable e) {
            throw new IllegalStateException("the fold into " + dtype + " failed", e);
        }
    }
}
