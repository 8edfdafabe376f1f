package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;

/// Some rows and columns, evenly spaced, of the difference of two tensors of one shape.
///
/// @param values `b - a`
/// @param noise the standard deviation that rounding both to their types leaves in an element
record DifferenceSample(double[][] values, double noise) {
    private static final int SIDE = 96;

    static DifferenceSample of(Recipe a, Recipe b, Sources sources) throws IOException {
        int rows = (int) Math.min(SIDE, a.shape().rows());
        int columns = (int) Math.min(SIDE, a.shape().columns());
        FloatGrid gridA = FloatGrid.of(a.dtype()).orElse(FloatGrid.F32);
        FloatGrid gridB = FloatGrid.of(b.dtype()).orElse(FloatGrid.F32);
        var values = new double[rows][columns];
        var variances = new DoubleAdder();
        try (var pairs = new ValuePairs(a, b, sources)) {
            var sampled = new AtomicInteger();
            pairs.sample(
                    a.shape().rows(),
                    rows,
                    block -> {
                        double[] row = values[sampled.getAndIncrement()];
                        for (int j = 0; j < columns; j++) {
                            long column = j * a.shape().columns() / columns;
                            row[j] = block.b(column) - block.a(column);
                            variances.add(
                                    square(gridA.step(block.a(column))) / 12
                                            + square(gridB.step(block.b(column))) / 12);
                        }
                        return true;
                    });
        }
        return new DifferenceSample(values, Math.sqrt(variances.sum() / ((double) rows * columns)));
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
