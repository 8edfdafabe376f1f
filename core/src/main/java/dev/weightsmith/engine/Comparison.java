package dev.weightsmith.engine;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Compares two recipes of one shape, value by value as float32, a few rows at a time.
///
/// @param reference what the values stand for
/// @param values what became of them
public record Comparison(Recipe reference, Recipe values) {
    /// Values of each side that are held at once, where a row is not longer.
    private static final long AT_ONCE = 1 << 18;

    public Comparison {
        if (!reference.shape().equals(values.shape())) {
            throw new IllegalArgumentException(
                    "shapes " + reference.shape() + " and " + values.shape());
        }
    }

    /// What is done with some values and those that they stand for.
    @FunctionalInterface
    private interface Visitor {
        void visit(float[] reference, float[] values);
    }

    /// The deviation of each pair. Sums run in the order of the elements, whatever the threads.
    public static List<Deviation> deviations(List<Comparison> pairs, int threads, Progress progress)
            throws IOException {
        progress.begin("measuring", pairs.stream().mapToLong(Comparison::bytes).sum());
        var workers =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("compare-", 0).factory());
        var pending = new ArrayList<Future<Deviation>>();
        try {
            for (Comparison pair : pairs) {
                pending.add(workers.submit(() -> pair.deviation(progress)));
            }
            var deviations = new ArrayList<Deviation>();
            for (Future<Deviation> deviation : pending) {
                deviations.add(deviation.get());
            }
            return deviations;
        } catch (ExecutionException e) {
            throw Engine.unwrapped(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            pending.forEach(deviation -> deviation.cancel(false));
            workers.close();
            progress.end();
        }
    }

    /// How many differences fall into each of `bins` equal parts of −limit to +limit.
    public long[] histogram(double limit, int bins) throws IOException {
        var counts = new long[bins];
        visit((reference, values) -> {
            for (int i = 0; i < values.length; i++) {
                double error = (double) values[i] - reference[i];
                int bin = (int) ((error + limit) / (2 * limit) * bins);
                counts[Math.clamp(bin, 0, bins - 1)]++;
            }
        });
        return counts;
    }

    private Deviation deviation(Progress progress) throws IOException {
        var sums = new Sums();
        long rowBytes = bytes() / Math.max(1, values.shape().rows());
        long columns = Math.max(1, values.shape().columns());
        visit((reference, found) -> {
            sums.add(reference, found);
            progress.advance(found.length / columns * rowBytes);
        });
        return new Deviation(
                values.shape().elements(), sums.referenceSquares, sums.errorSquares, sums.largest);
    }

    private static final class Sums {
        private double referenceSquares;
        private double errorSquares;
        private double largest;

        void add(float[] reference, float[] values) {
            for (int i = 0; i < values.length; i++) {
                double expected = reference[i];
                double error = values[i] - expected;
                referenceSquares += expected * expected;
                errorSquares += error * error;
                largest = Math.max(largest, Math.abs(error));
            }
        }
    }

    private void visit(Visitor visitor) throws IOException {
        Recipe first = reference.as(DType.F32);
        Recipe second = values.as(DType.F32);
        long rows = first.shape().rows();
        long columns = first.shape().columns();
        long step = Math.clamp(AT_ONCE / Math.max(1, columns), 1, Math.max(1, rows));
        long scratchBytes =
                Math.max(RowMaker.scratchBytes(first, step), RowMaker.scratchBytes(second, step));
        try (var arena = Arena.ofConfined();
                var scratch = new Scratch(scratchBytes);
                var factors = LoraFactors.read(List.of(first, second))) {
            var maker = new RowMaker(scratch);
            MemorySegment room = arena.allocate(Math.max(4, step * columns * Float.BYTES), 64);
            for (long row = 0; row < rows; row += step) {
                long count = Math.min(step, rows - row);
                MemorySegment floats = room.asSlice(0, count * columns * Float.BYTES);
                visitor.visit(
                        made(maker, first, row, count, floats, factors),
                        made(maker, second, row, count, floats, factors));
            }
        }
    }

    private static float[] made(
            RowMaker maker,
            Recipe recipe,
            long first,
            long count,
            MemorySegment floats,
            LoraFactors factors)
            throws IOException {
        maker.make(recipe, first, count, floats, factors);
        return floats.toArray(JAVA_FLOAT_UNALIGNED);
    }

    private long bytes() {
        return values.dtype().bytes(values.shape().elements());
    }
}
