package dev.weightsmith.report;

import java.util.List;

/// A chart with what it shows above it and what its colours mean below.
///
/// @param note more about how to read it; may be empty
public record Figure(String caption, Chart chart, List<Swatch> legend, String note)
        implements Block {
    public Figure {
        legend = List.copyOf(legend);
    }

    /// What a colour means.
    public record Swatch(Paint paint, String meaning) {}

    public Figure(String caption, Chart chart) {
        this(caption, chart, List.of(), "");
    }
}
