package dev.weightsmith.plan;

import java.util.Arrays;

/// How much each column of a matrix matters to a quantizer: one non-negative float per column.
public final class Importance {
    private final float[] columns;

    public Importance(float[] columns) {
        this.columns = columns.clone();
    }

    public float[] columns() {
        return columns.clone();
    }

    /// How many columns there are.
    public int size() {
        return columns.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Importance importance && Arrays.equals(columns, importance.columns);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(columns);
    }
}
