package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.RowReader;
import dev.weightsmith.engine.Workers;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.concurrent.Callable;

/// Rows of a tensor as float32 in memory that PyTorch sees as an array, without a copy, and that
/// can be filled again with other rows.
final class RowArray implements AutoCloseable {
    /// The most bytes of one array: what a Java buffer can span.
    static final long LARGEST = Integer.MAX_VALUE;

    private static final long PARALLEL_BYTES = 4L << 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long columns;
    private final NDArray array;

    RowArray(NDManager manager, long rows, long columns) {
        long bytes = rows * columns * Float.BYTES;
        this.columns = columns;
        this.memory = arena.allocate(bytes, 64);
        ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        this.array = manager.create(buffer, new Shape(rows, columns), DataType.FLOAT32);
    }

    /// Rows × columns.
    NDArray array() {
        return array;
    }

    /// Reads rows `first` to `first + count` of `recipe` into the first rows here.
    void fill(Recipe recipe, Sources sources, long first, long count, int threads)
            throws IOException {
        if (threads == 1 || count * columns * Float.BYTES < PARALLEL_BYTES) {
            read(recipe, sources, first, count, 0);
            return;
        }
        var parts = new ArrayList<Callable<Long>>();
        long share = (count + threads - 1) / threads;
        for (long done = 0; done < count; done += share) {
            long from = done;
            long rows = Math.min(share, count - done);
            parts.add(() -> read(recipe, sources, first + from, rows, from));
        }
        Workers.all(parts, threads, "weights");
    }

    /// Reads row `row` of `recipe` into row `place` here, for each of the rows.
    void gather(Recipe recipe, Sources sources, int[] rows) throws IOException {
        try (var reader = RowReader.ofFloats(recipe, sources)) {
            for (int place = 0; place < rows.length; place++) {
                reader.read(rows[place], 1, slice(place, 1));
            }
        }
    }

    /// @return how many rows
    private long read(Recipe recipe, Sources sources, long first, long count, long place)
            throws IOException {
        try (var reader = RowReader.ofFloats(recipe, sources)) {
            reader.read(first, count, slice(place, count));
        }
        return count;
    }

    private MemorySegment slice(long row, long rows) {
        return memory.asSlice(row * columns * Float.BYTES, rows * columns * Float.BYTES);
    }

    @Override
    public void close() {
        array.close();
        arena.close();
    }
}
