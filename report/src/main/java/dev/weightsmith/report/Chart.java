package dev.weightsmith.report;

/// A picture of numbers.
public sealed interface Chart permits BarChart, CellChart, ColumnChart, PlotChart {
    /// What it shows, for those who do not see it.
    String description();

    /// A part of a bar or column.
    ///
    /// @param value at least 0, and below 10³⁰⁰
    /// @param tip shown where the pointer rests; may be empty
    record Mark(double value, Paint paint, String tip) {
        public Mark {
            if (!(value >= 0 && value < 1e300)) {
                throw new IllegalArgumentException("a mark of %s".formatted(value));
            }
        }
    }
}
