package dev.weightsmith.compare;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Some rows and columns, evenly spaced, of the difference of two tensors of one shape.
///
/// @param values `b - a`
/// @param noise the standard deviation that rounding both to their types leaves in an element
record DifferenceSample(double[][] values, double noise) {
    private static final int SIDE = 96;

    static DifferenceSample of(Recipe a, Recipe b) throws IOException {
        int rows = (int) Math.min(SIDE, a.shape().rows());
        int columns = (int) Math.min(SIDE, a.shape().columns());
        FloatGrid gridA = FloatGrid.of(a.dtype()).orElse(FloatGrid.F32);
        FloatGrid gridB = FloatGrid.of(b.dtype()).orElse(FloatGrid.F32);
        var values = new double[rows][columns];
        double variance = 0;
        try (var readerA = new ValueReader(a);
                var readerB = new ValueReader(b)) {
            for (int i = 0; i < rows; i++) {
                long row = i * a.shape().rows() / rows;
                MemorySegment rowA = readerA.rows(row, 1);
                MemorySegment rowB = readerB.rows(row, 1);
                for (int j = 0; j < columns; j++) {
                    long column = j * a.shape().columns() / columns;
                    double inA = readerA.value(rowA, column);
                    double inB = readerB.value(rowB, column);
                    values[i][j] = inB - inA;
                    variance += square(gridA.step(inA)) / 12 + square(gridB.step(inB)) / 12;
                }
            }
        }
        return new DifferenceSample(values, Math.sqrt(variance / ((double) rows * columns)));
    }

    /// The smaller side.
    int fullRank() {
        return Math.min(values.length, values[0].length);
    }

    boolean isFinite() {
        for (double[] row : values) {
            for (double value : row) {
                if (!Double.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static double square(double value) {
        return value * value;
    }
}
