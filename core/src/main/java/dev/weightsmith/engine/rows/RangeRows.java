package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class RangeRows extends Rows {
    private final long start;

    RangeRows(Recipe.RowRange range, Rows input) {
        super(range, List.of(input));
        this.start = range.first();
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        input().make(start + first, count, out, making);
    }

    @Override
    long scratchBytes(long count) {
        return input().scratchBytes(count);
    }

    @Override
    long step() {
        return input().step();
    }
}
