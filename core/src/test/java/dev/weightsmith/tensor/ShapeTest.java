package dev.weightsmith.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void matrixHasItsLastDimensionAsColumns() {
        var shape = Shape.of(3, 4, 5);
        assertThat(shape.rows()).isEqualTo(12);
        assertThat(shape.columns()).isEqualTo(5);
    }

    @Test
    void vectorIsRowsOfOneElement() {
        var shape = Shape.of(7);
        assertThat(shape.rows()).isEqualTo(7);
        assertThat(shape.columns()).isEqualTo(1);
    }

    @Test
    void scalarIsOneElement() {
        assertThat(Shape.of().elements()).isEqualTo(1);
        assertThat(Shape.of().rows()).isEqualTo(1);
    }

    @Test
    void hugeDimensionIsRefused() {
        assertThatThrownBy(() -> Shape.of(1L << 41)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void productThatOverflowsBeforeAZeroIsRefused() {
        assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40, 0))
                .isInstanceOf(ArithmeticException.class);
    }
}
