package dev.weightsmith.model;

import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.util.Optional;

/// How a model is written, whatever the container.
///
/// @param type of the matrices: F32, F16 or BF16; empty keeps what the model has, in GGUF as
///   [GgufOutput#defaultType] says
/// @param shardBytes the most bytes of tensors in one file, where the container has shards
/// @param name the model's name, where the container has one; empty derives it from the output
/// @param chatTemplate the one that the user asks for; empty: see [LlamaModel#template]
public record OutputOptions(
        Optional<DType> type,
        long shardBytes,
        Optional<String> name,
        Optional<TemplateChoice.Asked> chatTemplate) {
    /// The model's own type, shards of 5 GB.
    public static OutputOptions defaults() {
        return new OutputOptions(
                Optional.empty(), 5_000_000_000L, Optional.empty(), Optional.empty());
    }
}
