/// Vocabularies: SentencePiece models, the Hugging Face tokenizer files, and merging them.
package dev.weightsmith.tokenizer;
