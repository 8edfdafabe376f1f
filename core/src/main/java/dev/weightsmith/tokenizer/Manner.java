package dev.weightsmith.tokenizer;

/// Whose cutting of texts a vocabulary was made for: where SentencePiece and llama.cpp differ.
public enum Manner {
    /// An unused piece that was joined is taken apart again, into what it was joined from. A score
    /// of -0, as the first trained piece has it, is below the 0 of appended ones, as in the newer
    /// versions of the library.
    SENTENCE_PIECE,
    /// An unused piece is like any other. -0 and 0 are equal.
    LLAMA_CPP
}
