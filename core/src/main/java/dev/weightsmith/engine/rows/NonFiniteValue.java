package dev.weightsmith.engine.rows;

import java.io.IOException;

/// A NaN or infinity among rows that are about to be written.
public final class NonFiniteValue extends IOException {
    private static final long serialVersionUID = 1;

    private final long row;
    private final long column;

    /// @param element counted from the first element of row `first`
    public NonFiniteValue(long first, long columns, long element) {
        super("row " + (first + element / columns) + ", column " + element % columns);
        this.row = first + element / columns;
        this.column = element % columns;
    }

    public long row() {
        return row;
    }

    public long column() {
        return column;
    }
}
