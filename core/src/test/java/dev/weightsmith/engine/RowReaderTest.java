package dev.weightsmith.engine;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowReaderTest {
    private static final long COLUMNS = 1000;
    private static final long ROWS = 1600;

    private static Recipe numbered() {
        var values = new ArrayList<Float>();
        for (int row = 0; row < ROWS; row++) {
            values.addAll(Collections.nCopies((int) COLUMNS, (float) row));
        }
        return new Recipe.Constant(Shape.of(ROWS, COLUMNS), values);
    }

    /// The first value of each row.
    private static List<Float> read(Recipe recipe, long first, long count) throws IOException {
        try (var arena = Arena.ofConfined();
                var reader = RowReader.open(recipe)) {
            var out = arena.allocate(count * COLUMNS * Float.BYTES, 64);
            reader.read(first, count, out);
            var rows = new ArrayList<Float>();
            for (long row = 0; row < count; row++) {
                rows.add(out.getAtIndex(JAVA_FLOAT, row * COLUMNS));
            }
            return rows;
        }
    }

    @Test
    void rowsOfManyChunksComeInOrder() throws IOException {
        List<Float> rows = read(numbered(), 3, ROWS - 3);
        for (int row = 0; row < rows.size(); row++) {
            assertThat(rows.get(row)).isEqualTo(row + 3);
        }
    }

    @Test
    void otherTypesAreDecoded() throws IOException {
        assertThat(read(numbered().as(DType.F16), 5, 3)).containsExactly(5f, 6f, 7f);
    }

    @Test
    void reorderedRowsAreRead() throws IOException {
        // A head of 800 rows: the halves are taken in turns.
        assertThat(read(numbered().rotary(2, RotaryLayout.INTERLEAVED), 799, 3))
                .containsExactly(799f, 800f, 1200f);
    }
}
