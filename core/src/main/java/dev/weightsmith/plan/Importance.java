package dev.weightsmith.plan;

/// How much each column of a matrix matters to a quantizer: one non-negative float per column.
public final class Importance {
    private final float[] columns;

    public Importance(float[] columns) {
        this.columns = columns.clone();
    }

    public float[] columns() {
        return columns.clone();
    }
}
