package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class ColumnRangeRows extends Rows {
    private final long start;

    ColumnRangeRows(Recipe.ColumnRange range, Rows input) {
        super(range, List.of(input));
        this.start = range.first();
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        MemorySegment rows = making.scratch().take(input().bytes(count));
        input().make(first, count, rows, making);
        long from = dtype().bytes(start);
        for (long row = 0; row < count; row++) {
            MemorySegment.copy(rows, row * input().bytes(1) + from, out, row * bytes(1), bytes(1));
        }
    }

    @Override
    long scratchBytes(long count) {
        return Scratch.rounded(input().bytes(count)) + input().scratchBytes(count);
    }

    @Override
    long step() {
        return input().step();
    }
}
