package dev.weightsmith.tokenizer;

/// A token that the Hugging Face tokenizer files name besides, or of, the model's pieces.
///
/// @param special whether it is left out of decoded text
public record AddedToken(int id, String text, boolean special) {}
