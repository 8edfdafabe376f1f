package dev.weightsmith.architecture;

/// What a part does in a model, whatever it is called and however large it is.
public enum Role {
    EMBEDDING,
    /// The matrix that makes logits, `lm_head`.
    OUTPUT,
    QUERY,
    KEY,
    VALUE,
    ATTENTION_OUTPUT,
    GATE,
    UP,
    DOWN,
    /// A vector that scales a normalized one.
    NORM
}
