package dev.weightsmith.report;

import java.util.List;

/// Small figures side by side, as many as fit.
public record Gallery(List<Figure> figures) implements Block {
    public Gallery {
        figures = List.copyOf(figures);
    }
}
