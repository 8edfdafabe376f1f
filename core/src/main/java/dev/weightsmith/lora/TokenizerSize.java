package dev.weightsmith.lora;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// How many tokens the tokenizer beside a model or adapter has.
///
/// @param tokens pieces and added tokens together
/// @param own those at the end that its files name one by one, as tokens that were added to a
///   vocabulary that was there before
public record TokenizerSize(int tokens, int own) {
    /// Finds out.
    @FunctionalInterface
    public interface Finder {
        /// @param place the folder of an adapter, or the folder or file of a model
        /// @return empty where there is no tokenizer
        Optional<TokenizerSize> of(Path place) throws IOException;
    }
}
