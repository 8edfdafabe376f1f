package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.RowPairs;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The values of two tensors side by side, both of real numbers.
final class ValuePairs implements AutoCloseable {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final TensorValues a;
    private final TensorValues b;
    private final RowPairs pairs;

    ValuePairs(Recipe a, Recipe b, Sources sources) throws IOException {
        this.a = TensorValues.of(a);
        this.b = TensorValues.of(b);
        this.pairs = RowPairs.open(this.a.recipe(), this.b.recipe(), sources);
    }

    /// Some rows of each.
    final class Block {
        private final long first;
        private final long count;
        private final MemorySegment rowsA;
        private final MemorySegment rowsB;

        private Block(long first, long count, MemorySegment rowsA, MemorySegment rowsB) {
            this.first = first;
            this.count = count;
            this.rowsA = rowsA;
            this.rowsB = rowsB;
        }

        /// The number of the first row.
        long first() {
            return first;
        }

        long count() {
            return count;
        }

        /// Bytes of the rows of `a`.
        long bytes() {
            return rowsA.byteSize();
        }

        /// Whether the values are the same, bit by bit.
        boolean areSame() {
            return haveSameForm() && rowsA.mismatch(rowsB) < 0;
        }

        /// Element `index`, counted from the first row's first.
        double a(long index) {
            return value(a, rowsA, index);
        }

        double b(long index) {
            return value(b, rowsB, index);
        }
    }

    @FunctionalInterface
    interface Visitor {
        /// @return whether to go on
        boolean visit(Block block) throws IOException;
    }

    /// Whether values of both are digested in one form, and can be the same only then.
    boolean haveSameForm() {
        return a.recipe().dtype() == b.recipe().dtype();
    }

    /// As [RowPairs#visit].
    boolean visit(long rows, Visitor visitor) throws IOException {
        return pairs.visit(rows, (first, count, x, y) -> visitor.visit(block(first, count, x, y)));
    }

    /// As [RowPairs#sample].
    boolean sample(long rows, int count, Visitor visitor) throws IOException {
        return pairs.sample(
                rows, count, (first, one, x, y) -> visitor.visit(block(first, one, x, y)));
    }

    private Block block(long first, long count, MemorySegment rowsA, MemorySegment rowsB) {
        a.unifyNans(rowsA);
        b.unifyNans(rowsB);
        return new Block(first, count, rowsA, rowsB);
    }

    private static double value(TensorValues values, MemorySegment rows, long index) {
        return values.recipe().dtype() == DType.F64
                ? rows.getAtIndex(DOUBLE, index)
                : rows.getAtIndex(FLOAT, index);
    }

    @Override
    public void close() {
        pairs.close();
    }
}
