package dev.weightsmith.engine.rows;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The whole input is made for every range: it is small.
final class TransposedRows extends Rows {
    TransposedRows(Recipe.Transpose transpose, Rows input) {
        super(transpose, List.of(input));
    }

    @Override
    void fill(long first, long count, MemorySegment out, Making making) throws IOException {
        long rows = input().shape().rows();
        MemorySegment whole = making.scratch().take(input().bytes(rows));
        input().make(0, rows, whole, making);
        long size = dtype().blockBytes();
        long rowBytes = input().bytes(1);
        for (long row = 0; row < count; row++) {
            for (long column = 0; column < rows; column++) {
                MemorySegment.copy(
                        whole,
                        column * rowBytes + (first + row) * size,
                        out,
                        (row * rows + column) * size,
                        size);
            }
        }
    }

    @Override
    long scratchBytes(long count) {
        long rows = input().shape().rows();
        return Scratch.rounded(input().bytes(rows)) + input().scratchBytes(rows);
    }
}
