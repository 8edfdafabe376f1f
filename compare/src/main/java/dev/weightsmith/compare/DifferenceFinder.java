package dev.weightsmith.compare;

import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
    static Optional<Difference> find(Recipe a, Recipe b, long rows, LongConsumer done)
            throws IOException {
        var finder = new DifferenceFinder(a, b);
        try (var readerA = new ValueReader(a);
                var readerB = new ValueReader(b)) {
            long atOnce = Math.min(readerA.rowsAtOnce(), readerB.rowsAtOnce());
            for (long row = 0; row < rows; row += atOnce) {
                long count = Math.min(atOnce, rows - row);
                MemorySegment rowsA = readerA.rows(row, count);
                MemorySegment rowsB = readerB.rows(row, count);
                boolean alike = readerA.form() == readerB.form();
                if (!alike || rowsA.mismatch(rowsB) >= 0) {
                    finder.compare(readerA, rowsA, readerB, rowsB, row, count);
                }
                done.accept(rowsA.byteSize());
            }
        }
        return finder.difference(rows);
    }

    private void compare(
            ValueReader readerA,
            MemorySegment rowsA,
            ValueReader readerB,
            MemorySegment rowsB,
            long firstRow,
            long count) {
        for (long row = 0; row < count; row++) {
            double usual = -1;
            for (long i = row * columns; i < (row + 1) * columns; i++) {
                double a = readerA.value(rowsA, i);
                double b = readerB.value(rowsB, i);
                if (Double.doubleToLongBits(a) != Double.doubleToLongBits(b)) {
                    if (usual < 0) {
                        usual = usualSize(readerA, rowsA, row);
                    }
                    add(new Difference.Element(firstRow + row, i % columns, a, b), usual);
                }
            }
        }
    }

    /// The root mean square of a row.
    private double usualSize(ValueReader reader, MemorySegment rows, long row) {
        double sum = 0;
        for (long i = row * columns; i < (row + 1) * columns; i++) {
            double value = reader.value(rows, i);
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
