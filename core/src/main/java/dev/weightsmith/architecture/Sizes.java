package dev.weightsmith.architecture;

/// The numbers from which the shapes of a model's tensors follow.
public interface Sizes {
    /// Rows of the embedding.
    int vocabularySize();

    /// Elements of a token's vector.
    int hiddenSize();

    /// Elements between the two halves of a feed-forward block.
    int intermediateSize();

    int layers();

    /// Query heads.
    int heads();

    /// Heads of keys and values, which query heads share.
    int keyValueHeads();

    /// Elements of one attention head.
    int headSize();
}
