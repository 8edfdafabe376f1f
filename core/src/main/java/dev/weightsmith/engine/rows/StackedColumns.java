package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class StackedColumns extends Rows {
    StackedColumns(Recipe.StackColumns stack, List<Rows> parts) {
        super(stack, parts);
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        long at = 0;
        for (Rows part : inputs()) {
            long mark = making.scratch().mark();
            MemorySegment rows = making.scratch().take(part.bytes(count));
            part.make(first, count, rows, making);
            long length = part.bytes(1);
            for (long row = 0; row < count; row++) {
                MemorySegment.copy(rows, row * length, out, row * bytes(1) + at, length);
            }
            at += length;
            making.scratch().release(mark);
        }
    }

    @Override
    long scratchBytes(long count) {
        return inputs().stream()
                .mapToLong(part -> Scratch.rounded(part.bytes(count)) + part.scratchBytes(count))
                .max()
                .orElse(0);
    }

    @Override
    long step() {
        return input().step();
    }
}
