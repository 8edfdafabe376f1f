package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Another library in the process may have told the processor to flush subnormal numbers to zero.
class FlushToZeroTest {
    private static final int MXCSR = 28;
    private static final int FLUSH_BOTH_WAYS = 0x8040;

    static Stream<KernelSet> sets() {
        return Kernels.available().stream().filter(NativeKernels.class::isInstance);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void subnormalsCountWhereTheyAreFlushed(KernelSet set) throws Throwable {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "skipped: knows the control word of x86-64 in glibc's fenv_t only");
        // The search squares sums of cubes: subnormal here.
        var values = new RandomRows(3).gaussians(8192, 4e-8f);
        var codec = set.codec(DType.Q6_K).orElseThrow();
        try (var arena = Arena.ofConfined()) {
            var in = arena.allocateFrom(Layouts.FLOAT, values);
            var expected = arena.allocate(DType.Q6_K.bytes(8192));
            var actual = arena.allocate(DType.Q6_K.bytes(8192));
            codec.encode(in, expected, 1, 8192, Optional.empty());

            var before = arena.allocate(64, 16);
            var flushing = arena.allocate(64, 16);
            var read = environment("fegetenv");
            var write = environment("fesetenv");
            int status = (int) read.invokeExact(before);
            flushing.copyFrom(before);
            int control = before.get(Layouts.INT, MXCSR);
            flushing.set(Layouts.INT, MXCSR, control | FLUSH_BOTH_WAYS);
            status |= (int) write.invokeExact(flushing);
            try {
                codec.encode(in, actual, 1, 8192, Optional.empty());
                status |= (int) read.invokeExact(flushing);
            } finally {
                status |= (int) write.invokeExact(before);
            }

            assertThat(status).isZero();
            assertThat(flushing.get(Layouts.INT, MXCSR) & FLUSH_BOTH_WAYS)
                    .as("what the thread had is what it has afterwards")
                    .isEqualTo(FLUSH_BOTH_WAYS);
            assertThat(actual.toArray(Layouts.BYTE)).isEqualTo(expected.toArray(Layouts.BYTE));
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle environment(String name) {
        MemorySegment function = Linker.nativeLinker().defaultLookup().find(name).orElseThrow();
        return Linker.nativeLinker()
                .downcallHandle(
                        function, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }
}
