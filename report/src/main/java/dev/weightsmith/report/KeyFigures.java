package dev.weightsmith.report;

import java.util.List;

/// The few numbers that a page is about, large and side by side.
public record KeyFigures(List<KeyFigure> figures) implements Block {
    public KeyFigures {
        figures = List.copyOf(figures);
    }

    /// @param meaning one or two words
    public record KeyFigure(String value, String meaning) {}
}
