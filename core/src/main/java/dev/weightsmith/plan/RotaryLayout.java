package dev.weightsmith.plan;

/// The two ways in which checkpoints order the rows of a query or key head of `n` rows.
public enum RotaryLayout {
    /// Pairs that rotate together are neighbours: 0, 1, 2, 3 … Meta's and GGUF's order.
    INTERLEAVED,
    /// Pairs are half a head apart: 0, n/2, 1, n/2 + 1 … become neighbours in the other order.
    /// Hugging Face's order.
    HALVES
}
