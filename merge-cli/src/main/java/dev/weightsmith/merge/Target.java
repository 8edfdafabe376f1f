package dev.weightsmith.merge;

import dev.weightsmith.tensor.DType;
import java.nio.file.Path;
import java.util.Optional;

/// What is to be written.
///
/// @param out the file or folder
/// @param type of the tensors; absent: as in the model
/// @param shardSize most bytes of tensors in one file
/// @param chatTemplate `alpaca`, `llama2` or the name of a file; absent: the tokenizer's own
/// @param modelName for the metadata; absent: the model's own
public record Target(
        Path out,
        Format format,
        Optional<DType> type,
        long shardSize,
        Optional<String> chatTemplate,
        Optional<String> modelName) {}
