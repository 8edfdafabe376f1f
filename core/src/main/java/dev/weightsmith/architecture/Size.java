package dev.weightsmith.architecture;

/// One dimension of a part's shape.
public enum Size {
    VOCABULARY,
    HIDDEN,
    INTERMEDIATE,
    /// Of all query heads together.
    QUERIES,
    /// Of all key heads together, or all value heads.
    KEYS;

    long of(Sizes sizes) {
        return switch (this) {
            case VOCABULARY -> sizes.vocabularySize();
            case HIDDEN -> sizes.hiddenSize();
            case INTERMEDIATE -> sizes.intermediateSize();
            case QUERIES -> (long) sizes.heads() * sizes.headSize();
            case KEYS -> (long) sizes.keyValueHeads() * sizes.headSize();
        };
    }
}
