package dev.weightsmith.report;

import java.util.List;

/// Text cut in pieces, by several who cut it differently, one below the other.
public record Specimen(List<Line> lines) implements Block {
    public Specimen {
        lines = List.copyOf(lines);
    }

    /// @param who cut it; empty where that needs no saying
    public record Line(String who, List<Chip> chips) {
        public Line {
            chips = List.copyOf(chips);
        }
    }

    /// A piece of text; its spaces count.
    ///
    /// @param code whether it is a number or byte rather than text
    /// @param tip shown where the pointer rests; may be empty
    public record Chip(String text, Paint paint, boolean code, String tip) {}
}
