package dev.weightsmith.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
    private static final MemoryCheckpoint CHECKPOINT = new MemoryCheckpoint("m");
    private static final Recipe MATRIX =
            CHECKPOINT.load(CHECKPOINT.add("w", Shape.of(4, 6), new float[24]));
    private static final Recipe HALVES =
            CHECKPOINT.load(CHECKPOINT.addHalves("h", Shape.of(4, 6), new float[24]));
    private static final Recipe VECTOR =
            CHECKPOINT.load(CHECKPOINT.add("v", Shape.of(4), new float[4]));

    @Test
    void recipesThatSayTheSameAreEqual() {
        Function<float[], Recipe> cast =
                columns -> new Recipe.Cast(MATRIX, DType.F16, Optional.of(new Importance(columns)));
        assertThat(cast.apply(new float[] {1, 2, 3, 4, 5, 6}))
                .isEqualTo(cast.apply(new float[] {1, 2, 3, 4, 5, 6}))
                .hasSameHashCodeAs(cast.apply(new float[] {1, 2, 3, 4, 5, 6}))
                .isNotEqualTo(cast.apply(new float[] {1, 2, 3, 4, 5, 7}));
    }

    static Stream<org.junit.jupiter.api.function.Executable> whatDoesNotFit() {
        return Stream.of(
                () -> new Recipe.Cast(MATRIX, DType.Q8_0, Optional.empty()),
                () -> new Recipe.Cast(MATRIX, DType.F16, Optional.of(new Importance(new float[5]))),
                () -> new Recipe.AddLora(MATRIX, MATRIX, MATRIX, 1),
                () -> new Recipe.Transpose(VECTOR),
                () -> new Recipe.RotaryRows(MATRIX, 0, RotaryLayout.HALVES),
                () -> new Recipe.RotaryRows(MATRIX, 4, RotaryLayout.HALVES),
                () -> new Recipe.RowRange(MATRIX, 3, 2),
                () -> new Recipe.RowRange(MATRIX, -1, 2),
                () -> new Recipe.ColumnRange(MATRIX, 1, 6),
                () -> new Recipe.StackRows(List.of()),
                () -> new Recipe.StackRows(List.of(MATRIX, HALVES)),
                () -> new Recipe.StackRows(List.of(MATRIX, new Recipe.ColumnRange(MATRIX, 0, 5))),
                () -> new Recipe.StackColumns(List.of(MATRIX, new Recipe.RowRange(MATRIX, 0, 3))),
                () -> new Recipe.StackColumns(List.of(MATRIX, HALVES)),
                () -> new Recipe.RepeatRow(MATRIX, 2),
                () -> new Recipe.RepeatRow(new Recipe.RowRange(MATRIX, 0, 1), -1),
                () -> new Recipe.Noise(Shape.of(2), 1, Float.NaN),
                () -> new Recipe.Constant(Shape.of(2), List.of(1f)));
    }

    @ParameterizedTest
    @MethodSource
    void whatDoesNotFit(org.junit.jupiter.api.function.Executable making) {
        assertThatThrownBy(making::execute)
                .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
    }
}
