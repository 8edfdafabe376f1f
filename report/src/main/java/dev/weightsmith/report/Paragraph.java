package dev.weightsmith.report;

/// Text between the figures.
public record Paragraph(String text) implements Block {}
