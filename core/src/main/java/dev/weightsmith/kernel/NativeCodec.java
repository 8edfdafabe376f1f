package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// A codec in C. Sizes are checked here: C believes them.
record NativeCodec(DType dtype, MethodHandle encode, MethodHandle decode) implements Codec {
    /// (values, encoded, rows, columns, importance or NULL)
    static final FunctionDescriptor ENCODE =
            FunctionDescriptor.ofVoid(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS);

    /// (encoded, values, rows, columns)
    static final FunctionDescriptor DECODE =
            FunctionDescriptor.ofVoid(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT);

    @Override
    public void encode(
            MemorySegment values,
            MemorySegment encoded,
            long rows,
            int columns,
            Optional<MemorySegment> importance) {
        var from = Sizes.atLeast(values, DType.F32, rows, columns);
        var to = Sizes.atLeast(encoded, dtype, rows, columns);
        var weights =
                importance.isPresent()
                        ? Sizes.atLeast(importance.get(), DType.F32, 1, columns)
                        : MemorySegment.NULL;
        try {
            encode.invokeExact(from, to, rows, columns, weights);
        } catch (Throwable e) {
            throw new IllegalStateException("the " + dtype + " encoder failed", e);
        }
    }

    @Override
    public void decode(MemorySegment encoded, MemorySegment values, long rows, int columns) {
        var from = Sizes.atLeast(encoded, dtype, rows, columns);
        var to = Sizes.atLeast(values, DType.F32, rows, columns);
        try {
            decode.invokeExact(from, to, rows, columns);
        } catch (Throwable e) {
            throw new IllegalStateException("the " + dtype + " decoder failed", e);
        }
    }
}
