package dev.weightsmith.engine;

import java.io.IOException;

/// A NaN or infinity among rows that are about to be written.
final class NonFiniteValue extends IOException {
    private static final long serialVersionUID = 1;

    private final long row;
    private final long column;

    /// @param element counted from the first element of row `first`
    NonFiniteValue(long first, long columns, long element) {
        super("row " + (first + element / columns) + ", column " + element % columns);
        this.row = first + element / columns;
        this.column = element % columns;
    }

    long row() {
        return row;
    }

    long column() {
        return column;
    }
}
