package dev.weightsmith.engine.rows;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

final class MeanRows extends Rows {
    private final List<List<Integer>> groups;

    MeanRows(Recipe.MeanOfRows mean, Rows input) {
        super(mean, List.of(input));
        this.groups = mean.rows();
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        int columns = columns();
        MemorySegment floats = making.scratch().take(floatBytes(1));
        MemorySegment sums = making.scratch().take((long) columns * Double.BYTES);
        for (long row = 0; row < count; row++) {
            List<Integer> group = groups.get(Math.toIntExact(first + row));
            sums.fill((byte) 0);
            for (int source : group) {
                input().floats(source, 1, floats, making);
                for (int i = 0; i < columns; i++) {
                    double sum =
                            sums.getAtIndex(JAVA_DOUBLE_UNALIGNED, i)
                                    + floats.getAtIndex(JAVA_FLOAT_UNALIGNED, i);
                    sums.setAtIndex(JAVA_DOUBLE_UNALIGNED, i, sum);
                }
            }
            for (int i = 0; i < columns; i++) {
                double mean = sums.getAtIndex(JAVA_DOUBLE_UNALIGNED, i) / group.size();
                out.setAtIndex(JAVA_FLOAT_UNALIGNED, row * columns + i, (float) mean);
            }
        }
    }

    @Override
    long scratchBytes(long count) {
        return Scratch.rounded(floatBytes(1))
                + Scratch.rounded((long) columns() * Double.BYTES)
                + input().floatScratchBytes(1);
    }
}
