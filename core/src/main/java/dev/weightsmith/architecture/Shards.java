package dev.weightsmith.architecture;

/// How Meta's model-parallel files hold a tensor.
public enum Shards {
    /// Each some of its rows.
    ROWS,
    /// Each some of its columns.
    COLUMNS,
    /// Each the whole of it.
    COPIES
}
