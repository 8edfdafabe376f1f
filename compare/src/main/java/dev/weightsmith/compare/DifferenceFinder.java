package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Walks over two tensors side by side and takes down how they differ.
final class DifferenceFinder {
    private final FloatGrid grid;
    private final boolean sameGrid;
    private final long columns;

    private long differing;
    private long close;
    private long rounded;
    private long rowCount;
    private long lastRow = -1;
    private Difference.@Nullable Element first;
    private Difference.@Nullable Element largest;

    private DifferenceFinder(Recipe a, Recipe b) {
        FloatGrid gridA = FloatGrid.of(a.dtype()).orElse(FloatGrid.F32);
        FloatGrid gridB = FloatGrid.of(b.dtype()).orElse(FloatGrid.F32);
        this.grid = FloatGrid.coarser(gridA, gridB);
        this.sameGrid = gridA == gridB;
        this.columns = a.shape().columns();
    }

    /// How rows 0 to `rows` of two tensors with the same columns differ; empty if they do not.
    static Optional<Difference> find(
            Recipe a, Recipe b, long rows, Sources sources, LongConsumer done) throws IOException {
        var finder = new DifferenceFinder(a, b);
        try (var pairs = new ValuePairs(a, b, sources)) {
            pairs.visit(
                    rows,
                    block -> {
                        if (!block.areSame()) {
                            finder.compare(block);
                        }
                        done.accept(block.bytes());
                        return true;
                    });
        }
        return finder.difference(rows);
    }

    private void compare(ValuePairs.Block block) {
        for (long row = 0; row < block.count(); row++) {
            double usual = -1;
            for (long i = row * columns; i < (row + 1) * columns; i++) {
                double a = block.a(i);
                double b = block.b(i);
                if (Double.doubleToLongBits(a) != Double.doubleToLongBits(b)) {
                    if (usual < 0) {
                        usual = usualSize(block, row);
                    }
                    add(new Difference.Element(block.first() + row, i % columns, a, b), usual);
                }
            }
        }
    }

    /// The root mean square of a row of the first tensor.
    private double usualSize(ValuePairs.Block block, long row) {
        double sum = 0;
        for (long i = row * columns; i < (row + 1) * columns; i++) {
            double value = block.a(i);
            sum += value * value;
        }
        double size = Math.sqrt(sum / columns);
        return Double.isFinite(size) ? size : 0;
    }

    private void add(Difference.Element element, double usual) {
        differing++;
        if (element.row() != lastRow) {
            rowCount++;
            lastRow = element.row();
        }
        if (first == null) {
            first = element;
        }
        if (largest == null || isLarger(element, largest)) {
            largest = element;
        }
        double size = Math.max(usual, Math.max(Math.abs(element.a()), Math.abs(element.b())));
        if (element.distance() <= 2 * grid.step(size)) {
            close++;
        }
        if (grid.bits(element.a()) != grid.bits(element.b())) {
            rounded++;
        }
    }

    /// A NaN is further away than any number.
    private static boolean isLarger(Difference.Element one, Difference.Element other) {
        return !Double.isNaN(other.distance())
                && (Double.isNaN(one.distance()) || one.distance() > other.distance());
    }

    private Optional<Difference> difference(long rows) {
        if (first == null || largest == null) {
            return Optional.empty();
        }
        long xor = grid.bits(first.a()) ^ grid.bits(first.b());
        return Optional.of(
                new Difference(
                        rows * columns,
                        differing,
                        new Difference.Range(first.row(), lastRow, rowCount),
                        first,
                        largest,
                        close,
                        rounded,
                        differing == 1 && sameGrid && Long.bitCount(xor) == 1
                                ? OptionalInt.of(Long.numberOfTrailingZeros(xor))
                                : OptionalInt.empty()));
    }
}
