package dev.weightsmith.model;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// How a model is written, whatever the container.
///
/// @param type of the matrices: F32, F16 or BF16; empty keeps what the model has, in GGUF as
///   [GgufOutput#defaultType] says
/// @param shardBytes the most bytes of tensors in one file, where the container has shards
/// @param name the model's name, where the container has one; empty derives it from the output
/// @param chatTemplate a template's text, which replaces what the tokenizer files hold
public record OutputOptions(
        Optional<DType> type,
        long shardBytes,
        Optional<String> name,
        Optional<String> chatTemplate) {
    /// The model's own type, shards of 5 GB.
    public static OutputOptions defaults() {
        return new OutputOptions(
                Optional.empty(), 5_000_000_000L, Optional.empty(), Optional.empty());
    }
}
