package dev.weightsmith.engine.rows;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.plan.Recipe;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class ConstantRows extends Rows {
    private final Recipe.Constant constant;

    ConstantRows(Recipe.Constant constant) {
        super(constant, List.of());
        this.constant = constant;
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) {
        for (long i = 0; i < count * columns(); i++) {
            float value = constant.values().get((int) (first * columns() + i));
            out.setAtIndex(JAVA_FLOAT_UNALIGNED, i, value);
        }
    }

    @Override
    long scratchBytes(long count) {
        return 0;
    }
}
