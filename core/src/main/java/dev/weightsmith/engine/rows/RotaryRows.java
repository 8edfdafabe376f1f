package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.RotaryLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Made head by head: a range that begins or ends within a head takes the whole head.
final class RotaryRows extends Rows {
    private final RotaryLayout to;

    /// Rows of a head.
    private final long head;

    RotaryRows(Recipe.RotaryRows rotary, Rows input) {
        super(rotary, List.of(input));
        this.to = rotary.to();
        this.head = shape().rows() / rotary.heads();
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        long from = first / head * head;
        long until = Math.min(shape().rows(), (first + count + head - 1) / head * head);
        MemorySegment rows = making.scratch().take(bytes(until - from));
        input().make(from, until - from, rows, making);
        long rowBytes = bytes(1);
        for (long row = 0; row < count; row++) {
            long inHead = (first + row) % head;
            long source = first + row - inHead + source(inHead);
            MemorySegment.copy(rows, (source - from) * rowBytes, out, row * rowBytes, rowBytes);
        }
    }

    /// Which row of a head comes to stand at `row` of the reordered head.
    private long source(long row) {
        long half = head / 2;
        return switch (to) {
            case HALVES -> row < half ? 2 * row : 2 * (row - half) + 1;
            case INTERLEAVED -> row % 2 == 0 ? row / 2 : half + row / 2;
        };
    }

    @Override
    long scratchBytes(long count) {
        long rows = count + 2 * head;
        return Scratch.rounded(bytes(rows)) + input().scratchBytes(rows);
    }

    @Override
    long step() {
        return head;
    }
}
