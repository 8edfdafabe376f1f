package dev.weightsmith.report;

/// What a page is made of, from top to bottom.
public sealed interface Block
        permits DataTable, Figure, Gallery, KeyFigures, Paragraph, Section, Specimen {}
