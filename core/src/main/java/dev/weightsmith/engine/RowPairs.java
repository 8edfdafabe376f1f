package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// The rows of two recipes side by side, each in its recipe's type: the one loop in which values
/// are compared. One thread at a time may use it.
public final class RowPairs implements AutoCloseable {
    private final RowReader one;
    private final RowReader other;

    private RowPairs(RowReader one, RowReader other) {
        this.one = one;
        this.other = other;
    }

    /// The caller closes it.
    ///
    /// @param sources of both
    public static RowPairs open(Recipe one, Recipe other, Sources sources) throws IOException {
        RowReader first = RowReader.open(one, sources);
        try {
            return new RowPairs(first, RowReader.open(other, sources));
        } catch (IOException | RuntimeException | Error e) {
            first.close();
            throw e;
        }
    }

    /// Looks at the same rows of both. They stay until it returns.
    @FunctionalInterface
    public interface Visitor {
        /// @return whether to go on
        boolean visit(long first, long count, MemorySegment one, MemorySegment other)
                throws IOException;
    }

    /// Visits rows 0 to `rows`, in order, some at a time.
    ///
    /// @return whether the visitor always wanted to go on
    public boolean visit(long rows, Visitor visitor) throws IOException {
        long atOnce = Math.min(one.rowsAtOnce(), other.rowsAtOnce());
        for (long row = 0; row < rows; row += atOnce) {
            if (!visit(row, Math.min(atOnce, rows - row), visitor)) {
                return false;
            }
        }
        return true;
    }

    /// Visits at most `count` single rows, evenly spread from the first to the last of `rows`: the
    /// last is where vocabularies grow.
    ///
    /// @return whether the visitor always wanted to go on
    public boolean sample(long rows, int count, Visitor visitor) throws IOException {
        long sampled = Math.min(count, rows);
        for (long i = 0; i < sampled; i++) {
            long row = sampled == 1 ? 0 : i * (rows - 1) / (sampled - 1);
            if (!visit(row, 1, visitor)) {
                return false;
            }
        }
        return true;
    }

    private boolean visit(long first, long count, Visitor visitor) throws IOException {
        return visitor.visit(first, count, one.read(first, count), other.read(first, count));
    }

    /// Whether two recipes have one type, one shape and the same bytes.
    public static boolean areSame(Recipe one, Recipe other, Sources sources) throws IOException {
        if (one.dtype() != other.dtype() || !one.shape().equals(other.shape())) {
            return false;
        }
        try (var pairs = open(one, other, sources)) {
            return pairs.visit(
                    one.shape().rows(), (_, _, mine, theirs) -> mine.mismatch(theirs) < 0);
        }
    }

    @Override
    public void close() {
        one.close();
        other.close();
    }
}
