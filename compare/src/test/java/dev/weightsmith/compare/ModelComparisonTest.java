package dev.weightsmith.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.engine.Progress;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ModelComparisonTest {
    private static final String EMBEDDING = "model.embed_tokens.weight";

    private static ModelComparison compare(MemoryCheckpoint a, MemoryCheckpoint b)
            throws IOException {
        return ModelComparison.of(a.readable(), b.readable(), 2, Progress.NONE);
    }

    private static MemoryCheckpoint matrix(DType dtype, float... values) {
        return new MemoryCheckpoint()
                .with(EMBEDDING, dtype, Shape.of(values.length / 2, 2), values);
    }

    private static Difference difference(MemoryCheckpoint a, MemoryCheckpoint b)
            throws IOException {
        return compare(a, b).different().getFirst().difference();
    }

    @Test
    void sameValuesInOtherTypesAreEqual() throws IOException {
        assertThat(compare(matrix(DType.F16, 1, 2), matrix(DType.F64, 1, 2)).isEqual()).isTrue();
    }

    @Test
    void differingElementsAreCounted() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F32, 1, 2, 3, 4, 5, 6),
                                        matrix(DType.F32, 1, 9, 3, 4, 5, 7))
                                .differing())
                .isEqualTo(2);
    }

    @Test
    void firstPlaceIsNamed() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F32, 1, 2, 3, 4, 5, 6),
                                        matrix(DType.F32, 1, 2, 3, 5, 5, 9))
                                .first())
                .isEqualTo(new Difference.Element(1, 1, 4, 5));
    }

    @Test
    void largestDifferenceIsNamed() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F32, 1, 2, 3, 4, 5, 6),
                                        matrix(DType.F32, 1, 2, 3, 5, 5, 9))
                                .largest())
                .isEqualTo(new Difference.Element(2, 1, 6, 9));
    }

    @Test
    void nanIsFurtherThanAnyNumber() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F32, 1, 2, 3, 4),
                                        matrix(DType.F32, 1, Float.NaN, 3, 400))
                                .largest()
                                .column())
                .isEqualTo(1);
    }

    @Test
    void nansAreEqual() throws IOException {
        assertThat(
                        compare(matrix(DType.F32, 1, Float.NaN), matrix(DType.F16, 1, Float.NaN))
                                .isEqual())
                .isTrue();
    }

    @Test
    void rowsThatDifferAreCounted() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F32, 1, 2, 3, 4, 5, 6),
                                        matrix(DType.F32, 1, 2, 7, 8, 5, 9))
                                .rows())
                .isEqualTo(new Difference.Range(1, 2, 2));
    }

    @Test
    void flippedBitIsFound() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F16, 1, 2),
                                        matrix(DType.F16, 1, 2).flip(EMBEDDING, 1, 1 << 9))
                                .flippedBit())
                .isEqualTo(OptionalInt.of(9));
    }

    @Test
    void neighboursInTheStoredTypeAreClose() throws IOException {
        assertThat(
                        difference(
                                        matrix(DType.F16, 1, 2),
                                        matrix(DType.F16, 1, 2).flip(EMBEDDING, 1, 1))
                                .close())
                .isEqualTo(1);
    }

    @Test
    void zeroAndMinusZeroDifferAndAreClose() throws IOException {
        Difference difference = difference(matrix(DType.F32, 1, 0.0f), matrix(DType.F32, 1, -0.0f));
        assertThat(difference.close()).isEqualTo(1);
    }

    @Test
    void grownMatrixIsComparedInItsCommonRows() throws IOException {
        ModelComparison comparison =
                compare(matrix(DType.F32, 1, 2, 3, 4), matrix(DType.F32, 1, 9, 3, 4, 5, 6));
        assertThat(comparison.tensors())
                .containsExactly(
                        new TensorComparison.OtherShape(EMBEDDING, Shape.of(2, 2), Shape.of(3, 2)));
        assertThat(comparison.commonRows().get(EMBEDDING))
                .extracting(Difference::differing)
                .isEqualTo(1L);
    }

    @Test
    void tensorOfOneModelOnlyIsNamed() throws IOException {
        assertThat(
                        compare(
                                        matrix(DType.F32, 1, 2),
                                        matrix(DType.F32, 1, 2)
                                                .with("x", DType.F32, Shape.of(1), 1))
                                .tensors())
                .contains(new TensorComparison.OnlyInOne("x", false));
    }

    @Test
    void missingOutputIsTheEmbedding() throws IOException {
        assertThat(
                        compare(
                                        matrix(DType.F32, 1, 2),
                                        matrix(DType.F32, 1, 2)
                                                .with(
                                                        "lm_head.weight",
                                                        DType.F32,
                                                        Shape.of(1, 2),
                                                        1,
                                                        2))
                                .isEqual())
                .isTrue();
    }

    @Test
    void integersAreComparedAsBytes() throws IOException {
        assertThat(
                        compare(
                                        new MemoryCheckpoint().with("x", DType.I64, Shape.of(1), 1),
                                        new MemoryCheckpoint().with("x", DType.I64, Shape.of(1), 2))
                                .tensors())
                .containsExactly(new TensorComparison.OtherBytes("x", DType.I64, DType.I64));
    }

    @Test
    void largeTensorsAreComparedToTheirEnd() throws IOException {
        var values = MemoryCheckpoint.random(3 << 20, 1, 1);
        var other = values.clone();
        other[other.length - 1] += 1;
        var shape = Shape.of(3 << 10, 1 << 10);
        assertThat(
                        difference(
                                        new MemoryCheckpoint().with("w", DType.F32, shape, values),
                                        new MemoryCheckpoint().with("w", DType.F32, shape, other))
                                .first()
                                .row())
                .isEqualTo((3 << 10) - 1);
    }
}
