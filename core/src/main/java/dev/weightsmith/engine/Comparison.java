package dev.weightsmith.engine;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/// Compares two recipes of one shape, value by value as float32, a few rows at a time.
///
/// @param reference what the values stand for
/// @param values what became of them
public record Comparison(Recipe reference, Recipe values) {
    public Comparison {
        if (!reference.shape().equals(values.shape())) {
            throw new IllegalArgumentException(
                    "shapes %s and %s".formatted(reference.shape(), values.shape()));
        }
    }

    /// The deviation of each pair. Sums run in the order of the elements, whatever the threads.
    public static List<Deviation> deviations(
            List<Comparison> pairs, Sources sources, int threads, Progress progress)
            throws IOException {
        progress.begin("measuring", pairs.stream().mapToLong(Comparison::bytes).sum());
        try {
            return Workers.all(
                    pairs.stream()
                            .map(pair ->
                                    (Callable<Deviation>) () -> pair.deviation(sources, progress))
                            .toList(),
                    threads,
                    "compare");
        } finally {
            progress.end();
        }
    }

    /// How many differences fall into each of `bins` equal parts of −limit to +limit.
    public long[] histogram(double limit, int bins, Sources sources) throws IOException {
        var counts = new long[bins];
        visit(
                sources,
                Progress.NONE,
                (expected, found) -> {
                    double error = (double) found - expected;
                    int bin = (int) ((error + limit) / (2 * limit) * bins);
                    counts[Math.clamp(bin, 0, bins - 1)]++;
                });
        return counts;
    }

    private Deviation deviation(Sources sources, Progress progress) throws IOException {
        var sums = new Sums();
        long elements = visit(sources, progress, sums::add);
        return new Deviation(elements, sums.referenceSquares, sums.errorSquares, sums.largest);
    }

    private static final class Sums {
        private double referenceSquares;
        private double errorSquares;
        private double largest;

        void add(float reference, float value) {
            double expected = reference;
            double error = value - expected;
            referenceSquares += expected * expected;
            errorSquares += error * error;
            largest = Math.max(largest, Math.abs(error));
        }
    }

    /// What is done with a value and that which it stands for.
    @FunctionalInterface
    private interface Visitor {
        void visit(float reference, float value);
    }

    /// @return how many values were visited
    private long visit(Sources sources, Progress progress, Visitor visitor) throws IOException {
        try (var pairs = RowPairs.open(reference.as(DType.F32), values.as(DType.F32), sources)) {
            pairs.visit(
                    values.shape().rows(),
                    (_, _, expected, found) -> {
                        long count = found.byteSize() / Float.BYTES;
                        for (long i = 0; i < count; i++) {
                            visitor.visit(
                                    expected.getAtIndex(JAVA_FLOAT_UNALIGNED, i),
                                    found.getAtIndex(JAVA_FLOAT_UNALIGNED, i));
                        }
                        progress.advance(values.dtype().bytes(count));
                        return true;
                    });
        }
        return values.shape().elements();
    }

    private long bytes() {
        return values.dtype().bytes(values.shape().elements());
    }
}
