package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the fold of every kernel set must do: the merge arithmetic, one element after the other.
class LoraFoldContractTest {
    private static final int[][] SHAPES = {
        // rows, columns, rank: whole vectors, and none
        {1, 1, 1}, {3, 7, 1}, {5, 64, 8}, {4, 100, 3}, {7, 1027, 4}, {2, 4099, 9}, {33, 129, 64}
    };

    record Candidate(KernelSet set, DType dtype) {
        @Override
        public String toString() {
            return dtype + " " + set.name();
        }
    }

    static Stream<KernelSet> sets() {
        return Kernels.available().stream();
    }

    static Stream<Candidate> folds() {
        return sets().flatMap(set ->
                Stream.of(DType.F32, DType.F16, DType.BF16)
                        .map(dtype -> new Candidate(set, dtype)));
    }

    @ParameterizedTest
    @MethodSource("folds")
    void everyElementIsAChainOfFusedMultiplyAddsRoundedOnce(Candidate candidate) {
        for (int[] shape : SHAPES) {
            int rows = shape[0];
            int columns = shape[1];
            int rank = shape[2];
            var random = new RandomRows(rows + columns + rank);
            var weights = random.gaussians(rows * columns, 0.02f);
            var a = random.gaussians(rank * columns, 0.01f);
            var b = random.gaussians(rows * rank, 0.01f);
            float scale = 2.7f;
            try (var arena = Arena.ofConfined()) {
                var folded = encoded(arena, candidate.dtype(), weights);
                var aBuffer = Buffer.of(arena, a);
                var bBuffer = Buffer.of(arena, b);
                var rounded = decoded(arena, candidate.dtype(), folded, rows * columns);
                var before = folded.bytes();

                candidate
                        .set()
                        .loraFold()
                        .fold(
                                folded.segment(),
                                candidate.dtype(),
                                rows,
                                columns,
                                aBuffer.segment(),
                                bBuffer.segment(),
                                rank,
                                scale);

                var expected = expected(rounded, rows, columns, a, b, rank, scale);
                assertThat(folded.bytes())
                        .as("%d rows, %d columns, rank %d", rows, columns, rank)
                        .isEqualTo(encoded(arena, candidate.dtype(), expected).bytes());
                folded.assertFenceIntact();
                aBuffer.assertFenceIntact();
                bBuffer.assertFenceIntact();
                KernelVectors.folded(
                        candidate.dtype(),
                        rows,
                        columns,
                        before,
                        aBuffer.bytes(),
                        bBuffer.bytes(),
                        rank,
                        scale,
                        folded.bytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void otherTypesAreRefused(KernelSet set) {
        try (var arena = Arena.ofConfined()) {
            var one = new Buffer(arena, 8).segment();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> set.loraFold().fold(one, DType.F64, 1, 1, one, one, 1, 1))
                    .withMessage("no fold into F64");
        }
    }

    private static float[] expected(
            float[] weights, int rows, int columns, float[] a, float[] b, int rank, float scale) {
        var folded = new float[weights.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                float delta = 0;
                for (int k = 0; k < rank; k++) {
                    delta = Math.fma(b[i * rank + k], a[k * columns + j], delta);
                }
                folded[i * columns + j] = weights[i * columns + j] + delta * scale;
            }
        }
        return folded;
    }

    private static Buffer encoded(Arena arena, DType dtype, float[] values) {
        var out = new Buffer(arena, dtype.bytes(values.length));
        codec(dtype)
                .encode(
                        Buffer.of(arena, values).segment(),
                        out.segment(),
                        1,
                        values.length,
                        Optional.empty());
        return out;
    }

    private static float[] decoded(Arena arena, DType dtype, Buffer encoded, int count) {
        var out = new Buffer(arena, (long) count * Float.BYTES);
        codec(dtype).decode(encoded.segment(), out.segment(), 1, count);
        return out.segment().toArray(Layouts.FLOAT);
    }

    private static Codec codec(DType dtype) {
        return new JavaKernels().codec(dtype).orElseThrow();
    }
}
