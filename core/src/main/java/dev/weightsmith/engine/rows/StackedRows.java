package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class StackedRows extends Rows {
    StackedRows(Recipe.StackRows stack, List<Rows> parts) {
        super(stack, parts);
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        long start = 0;
        long written = 0;
        for (Rows part : inputs()) {
            long end = start + part.shape().rows();
            long from = Math.max(first, start);
            long until = Math.min(first + count, end);
            if (from < until) {
                long length = part.bytes(until - from);
                part.make(from - start, until - from, out.asSlice(written, length), making);
                written += length;
            }
            start = end;
        }
    }

    @Override
    long scratchBytes(long count) {
        return inputs().stream().mapToLong(part -> part.scratchBytes(count)).max().orElse(0);
    }

    @Override
    long step() {
        return input().step();
    }
}
