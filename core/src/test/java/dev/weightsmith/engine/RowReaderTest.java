package dev.weightsmith.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RowReaderTest {
    private final MemoryCheckpoint checkpoint = new MemoryCheckpoint();
    private final Sources sources = checkpoint.sources();

    private float[] read(Recipe recipe, long first, long count) throws IOException {
        try (var reader = RowReader.open(recipe, sources)) {
            MemorySegment rows = reader.read(first, count);
            return rows.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
    }

    private Recipe halves() {
        return checkpoint.load(checkpoint.addHalves("w", Shape.of(4, 2), 1, 2, 3, 4, 5, 6, 7, 8));
    }

    @Test
    void anyRangeIsReadAsFloats() throws IOException {
        assertThat(read(halves().as(DType.F32), 1, 2)).containsExactly(3, 4, 5, 6);
    }

    @Test
    void reorderedRowsAreRead() throws IOException {
        Recipe rotary = halves().rotary(1, RotaryLayout.HALVES).as(DType.F32);
        assertThat(read(rotary, 1, 2)).containsExactly(5, 6, 3, 4);
    }

    @Test
    void foldedRowsAreRead() throws IOException {
        Recipe a = checkpoint.load(checkpoint.add("a", Shape.of(1, 2), 1, 10));
        Recipe b = checkpoint.load(checkpoint.add("b", Shape.of(4, 1), 1, 2, 3, 4));
        Recipe folded = new Recipe.AddLora(halves(), a, b, 0.5f).as(DType.F32);
        assertThat(read(folded, 2, 1)).containsExactly(6.5f, 21);
    }

    @Test
    void secondRangeReplacesTheFirst() throws IOException {
        try (var reader = RowReader.open(halves().as(DType.F32), sources)) {
            assertThat(reader.read(0, 1).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1, 2);
            assertThat(reader.read(3, 1).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(7, 8);
        }
    }

    @Test
    void rowsBehindTheEndAreTheCallersMistake() throws IOException {
        try (var reader = RowReader.open(halves(), sources)) {
            assertThatThrownBy(() -> reader.read(3, 2))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void largeTensorsComeInPieces() throws IOException {
        var values = new float[3 << 20];
        Recipe large = checkpoint.load(checkpoint.add("l", Shape.of(3 << 10, 1 << 10), values));
        try (var reader = RowReader.open(large, sources)) {
            assertThat(reader.rowsAtOnce()).isEqualTo(1 << 10);
        }
    }
}
