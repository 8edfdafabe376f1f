package dev.weightsmith.compare;

import dev.weightsmith.engine.RowReader;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads the rows of a recipe that holds real numbers, as numbers.
final class ValueReader implements AutoCloseable {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final TensorValues values;
    private final RowReader reader;

    ValueReader(Recipe recipe) throws IOException {
        this.values = TensorValues.of(recipe);
        this.reader = RowReader.open(values.recipe());
    }

    long rowsAtOnce() {
        return reader.rowsAtOnce();
    }

    DType form() {
        return values.recipe().dtype();
    }

    /// Rows in the form that is digested; until the next call.
    MemorySegment rows(long first, long count) throws IOException {
        MemorySegment rows = reader.read(first, count);
        values.unifyNans(rows);
        return rows;
    }

    /// Element `index` of such rows.
    double value(MemorySegment rows, long index) {
        return form() == DType.F64 ? rows.getAtIndex(DOUBLE, index) : rows.getAtIndex(FLOAT, index);
    }

    @Override
    public void close() {
        reader.close();
    }
}
