package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The 16-bit types of every kernel set, value by value (docs/specs/quantization.md#rounding).
class HalfContractTest {
    static Stream<KernelSet> sets() {
        return Kernels.available().stream();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void f16RoundsToNearestEven(KernelSet set) {
        assertBits(set, DType.F16, 1 + 0x1p-11f, 0x3C00);
        assertBits(set, DType.F16, 1 + 0x1.8p-10f, 0x3C02);
        assertBits(set, DType.F16, 65519.996f, 0x7BFF);
        assertBits(set, DType.F16, 65520f, 0x7C00);
        assertBits(set, DType.F16, -1e30f, 0xFC00);
        assertBits(set, DType.F16, 0x1p-25f, 0x0000);
        assertBits(set, DType.F16, 0x1.000002p-25f, 0x0001);
        assertBits(set, DType.F16, Math.nextDown(0x1p-14f), 0x0400);
        assertBits(set, DType.F16, -0f, 0x8000);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void f16DropsThePayloadOfNaNs(KernelSet set) {
        assertBits(set, DType.F16, Float.intBitsToFloat(0x7F80_0001), 0x7E00);
        assertBits(set, DType.F16, Float.intBitsToFloat(0xFFFF_FFFF), 0xFE00);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void bf16RoundsToNearestEvenAndKeepsSubnormals(KernelSet set) {
        assertBits(set, DType.BF16, Float.intBitsToFloat(0x3F80_8000), 0x3F80);
        assertBits(set, DType.BF16, Float.intBitsToFloat(0x3F81_8000), 0x3F82);
        assertBits(set, DType.BF16, Float.MAX_VALUE, 0x7F80);
        assertBits(set, DType.BF16, Float.intBitsToFloat(0x8001_0001), 0x8001);
        assertBits(set, DType.BF16, Float.intBitsToFloat(0x7F80_0001), 0x7FC0);
        assertBits(set, DType.BF16, Float.intBitsToFloat(0xFFFF_FFFF), 0xFFFF);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void everyF16PatternSurvivesTheWayThroughFloat32(KernelSet set) {
        var patterns = new short[1 << 16];
        var quieted = new short[1 << 16];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = (short) i;
            boolean isNaN = (i & 0x7FFF) > 0x7C00;
            quieted[i] = (short) (isNaN ? (i & 0x8000) | 0x7E00 : i);
        }
        try (var arena = Arena.ofConfined()) {
            var codec = set.codec(DType.F16).orElseThrow();
            var encoded = arena.allocateFrom(Layouts.SHORT, patterns);
            var values = arena.allocate(4 << 16);
            codec.decode(encoded, values, 1, 1 << 16);
            codec.encode(values, encoded, 1, 1 << 16, Optional.empty());
            assertThat(encoded.toArray(Layouts.SHORT)).isEqualTo(quieted);
            KernelVectors.encoded(
                    codec,
                    1,
                    1 << 16,
                    values.toArray(Layouts.BYTE),
                    Optional.empty(),
                    encoded.toArray(Layouts.BYTE));
        }
    }

    private static void assertBits(KernelSet set, DType dtype, float value, int bits) {
        // Between others, in a vector and in what is left after it.
        var values = new float[37];
        var expected = new short[37];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? value : 1f;
            expected[i] = (short) (i % 2 == 0 ? bits : dtype == DType.F16 ? 0x3C00 : 0x3F80);
        }
        try (var arena = Arena.ofConfined()) {
            var encoded = arena.allocate(2L * values.length);
            var codec = set.codec(dtype).orElseThrow();
            var in = arena.allocateFrom(Layouts.INT, intBits(values));
            codec.encode(in, encoded, 1, values.length, Optional.empty());
            assertThat(encoded.toArray(Layouts.SHORT)).isEqualTo(expected);
            KernelVectors.encoded(
                    codec,
                    1,
                    values.length,
                    in.toArray(Layouts.BYTE),
                    Optional.empty(),
                    encoded.toArray(Layouts.BYTE));
        }
    }

    private static int[] intBits(float[] values) {
        var bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
