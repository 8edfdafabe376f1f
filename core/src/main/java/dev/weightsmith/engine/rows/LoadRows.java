package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class LoadRows extends Rows {
    private final Recipe.Load load;

    LoadRows(Recipe.Load load) {
        super(load, List.of());
        this.load = load;
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        making.sources().file(load.source()).readRows(load.tensor(), first, count, out);
    }

    @Override
    long scratchBytes(long count) {
        return 0;
    }

    @Override
    boolean isWorthSharing() {
        return false;
    }
}
