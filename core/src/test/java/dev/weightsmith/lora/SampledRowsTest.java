package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SampledRowsTest {
    private Sources sources = Sources.none();

    private Recipe of(DType dtype, float value, long... shape) {
        var checkpoint = new MemoryCheckpoint("m").with("t", dtype, value, shape);
        sources = sources.and(checkpoint.sources());
        return checkpoint.load(checkpoint.tensors().getFirst());
    }

    private Optional<Boolean> same(Recipe one, Recipe other) throws IOException {
        return Doctor.sameRows(one, other, sources);
    }

    @Test
    void shardsSideBySideAreOneMatrix() throws IOException {
        var joined =
                new Recipe.StackColumns(List.of(of(DType.F32, 1, 5, 3), of(DType.F32, 1, 5, 1)));
        assertThat(same(joined, of(DType.F32, 1, 5, 4))).contains(true);
    }

    @Test
    void differenceInTheLastRowIsSeen() throws IOException {
        var changed =
                new Recipe.StackRows(List.of(of(DType.F32, 1, 99, 4), of(DType.F32, 2, 1, 4)));
        assertThat(same(changed, of(DType.F32, 1, 100, 4))).contains(false);
    }

    @Test
    void valuesAreComparedAsTheCastRoundsThem() throws IOException {
        // Halfway between two values of float16 around 1: goes to the even one.
        var cast = of(DType.F32, 1 + 0x1p-11f, 3, 2).as(DType.F16);
        assertThat(same(cast, of(DType.F16, 1, 3, 2))).contains(true);
    }

    @Test
    void bfloat16RoundsTiesToEven() throws IOException {
        var cast = of(DType.F32, 1 + 0x1p-8f, 3, 2).as(DType.BF16);
        assertThat(same(cast, of(DType.F32, 1, 3, 2))).contains(true);
        var up = of(DType.F32, 1 + 0x1.8p-7f, 3, 2).as(DType.BF16);
        assertThat(same(up, of(DType.F32, 1 + 0x1p-6f, 3, 2))).contains(true);
    }

    @Test
    void rangesLookThroughToTheirInput() throws IOException {
        var input = new Recipe.StackRows(List.of(of(DType.F32, 1, 2, 4), of(DType.F32, 2, 3, 4)));
        var range = new Recipe.ColumnRange(new Recipe.RowRange(input, 2, 3), 1, 2);
        assertThat(range.shape()).isEqualTo(Shape.of(3, 2));
        assertThat(same(range, of(DType.F32, 2, 3, 2))).contains(true);
    }

    @Test
    void rearrangedRowsAreLookedAtToo() throws IOException {
        var rotary = of(DType.F32, 1, 4, 2).rotary(1, RotaryLayout.HALVES);
        assertThat(same(rotary, of(DType.F32, 1, 4, 2))).contains(true);
    }

    @Test
    void quantizedRowsAreNotLookedAt() throws IOException {
        assertThat(same(of(DType.F32, 1, 4, 32), of(DType.Q8_0, 0, 4, 32))).isEmpty();
    }
}
