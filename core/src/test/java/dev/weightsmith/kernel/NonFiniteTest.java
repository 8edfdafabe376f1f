package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NonFiniteTest {
    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void theFirstInfinityIsFoundWhereverItStands(DType dtype) {
        int count = 9003;
        for (int at : new int[] {0, 1, 2, 3, 4, 8191, 8192, 9000, 9001, 9002}) {
            var values = new RandomRows(1).gaussians(count, 1000f);
            values[at] = Float.NEGATIVE_INFINITY;
            values[count - 1] = Float.POSITIVE_INFINITY;
            try (var arena = Arena.ofConfined()) {
                assertThat(NonFinite.firstIn(encoded(arena, dtype, values), dtype, count))
                        .hasValue(at);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void notANumberIsFound(DType dtype) {
        var values = new float[77];
        values[76] = Float.NaN;
        try (var arena = Arena.ofConfined()) {
            assertThat(NonFinite.firstIn(encoded(arena, dtype, values), dtype, 77)).hasValue(76);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9003})
    void allFinitePatternsOfF16AreFinite(int count) {
        var bits = new short[count];
        for (int i = 0; i < count; i++) {
            bits[i] = (short) (i * 7);
            if ((bits[i] & 0x7C00) == 0x7C00) {
                bits[i] = 0x7BFF;
            }
        }
        try (var arena = Arena.ofConfined()) {
            var rows = arena.allocateFrom(Layouts.SHORT, bits);
            assertThat(NonFinite.firstIn(rows, DType.F16, count)).isEmpty();
        }
    }

    @Test
    void elementsBeyondTheCountAreNotLookedAt() {
        float[] values = {1, 2, 3, Float.NaN};
        try (var arena = Arena.ofConfined()) {
            assertThat(NonFinite.firstIn(encoded(arena, DType.F32, values), DType.F32, 3))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_0, 0",
        "Q4_1, 0",
        "Q4_1, 2",
        "Q5_0, 0",
        "Q5_1, 0",
        "Q5_1, 2",
        "Q8_0, 0",
        "Q2_K, 80",
        "Q2_K, 82",
        "Q3_K, 108",
        "Q4_K, 0",
        "Q4_K, 2",
        "Q5_K, 0",
        "Q5_K, 2",
        "Q6_K, 208",
        "IQ4_NL, 0",
        "IQ4_XS, 0"
    })
    void blockWithAScaleBeyondF16IsFound(DType dtype, int offset) {
        int block = dtype.blockElements();
        var values = new RandomRows(2).gaussians(4 * block, 1f);
        try (var arena = Arena.ofConfined()) {
            var encoded = encoded(arena, dtype, values);
            assertThat(NonFinite.firstIn(encoded, dtype, 4L * block)).isEmpty();
            encoded.set(Layouts.SHORT, 2L * dtype.blockBytes() + offset, (short) 0xFC00);
            assertThat(NonFinite.firstIn(encoded, dtype, 4L * block)).hasValue(2L * block);
            assertThat(NonFinite.firstIn(encoded, dtype, 2L * block)).isEmpty();
        }
    }

    private static MemorySegment encoded(Arena arena, DType dtype, float[] values) {
        var out = arena.allocate(dtype.bytes(values.length));
        new JavaKernels()
                .codec(dtype)
                .orElseThrow()
                .encode(
                        arena.allocateFrom(Layouts.FLOAT, values),
                        out,
                        1,
                        values.length,
                        Optional.empty());
        return out;
    }
}
