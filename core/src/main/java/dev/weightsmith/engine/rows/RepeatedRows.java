package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The one row is made once and held.
final class RepeatedRows extends Rows {
    RepeatedRows(Recipe.RepeatRow repeat, Rows row) {
        super(repeat, List.of(row));
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) {
        MemorySegment row = making.held().of(input());
        for (long i = 0; i < count; i++) {
            MemorySegment.copy(row, 0, out, i * bytes(1), bytes(1));
        }
    }

    @Override
    long scratchBytes(long count) {
        return 0;
    }

    @Override
    long heldBytes() {
        return Held.bytes(input(), 1);
    }

    @Override
    void hold(Held held) throws IOException {
        held.keep(input(), 1);
    }
}
