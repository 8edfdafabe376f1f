package dev.weightsmith.report;

import java.util.List;

/// A part of a page under a heading.
///
/// @param aside said beside the heading, so that a closed section tells something too; may be empty
public record Section(String heading, String aside, Shown shown, List<Block> blocks)
        implements Block {
    /// Whether a section can be folded away.
    public enum Shown {
        ALWAYS,
        /// Can be closed.
        OPEN,
        /// Can be opened.
        CLOSED
    }

    public Section {
        blocks = List.copyOf(blocks);
    }

    /// A section that is always seen.
    public Section(String heading, List<Block> blocks) {
        this(heading, "", Shown.ALWAYS, blocks);
    }
}
