package dev.weightsmith.api;

import dev.weightsmith.engine.RowReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The values of a tensor, row by row, as float32; a vector is rows of one element. Memory is a few
/// MiB whatever the tensor's size. One thread at a time may use it.
public final class Rows implements AutoCloseable {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final RowReader reader;
    private final long count;
    private final int columns;

    Rows(RowReader reader, long count, int columns) {
        this.reader = reader;
        this.count = count;
        this.columns = columns;
    }

    public long count() {
        return count;
    }

    /// Elements of a row.
    public int columns() {
        return columns;
    }

    /// One row, from 0 on.
    ///
    /// @throws IllegalArgumentException if there is none of that number
    /// @throws dev.weightsmith.error.FileException if the file cannot be read
    public float[] row(long index) throws IOException {
        MemorySegment row = reader.read(index, 1);
        float[] values = new float[columns];
        MemorySegment.copy(row, FLOAT, 0, values, 0, columns);
        return values;
    }

    @Override
    public void close() {
        reader.close();
    }
}
