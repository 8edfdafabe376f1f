package dev.weightsmith.merge;

import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.ImportanceMatrix;
import dev.weightsmith.quantize.QuantizeRequest;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/// What is to be written.
///
/// @param out the file or folder
/// @param formats one, or a folder's with GGUF
/// @param types of the weights, several for GGUF alone; none: as in the model
/// @param shardSize most bytes of tensors in one file of a Hugging Face folder
/// @param shards files of a Meta checkpoint; absent: as published
/// @param chatTemplate `none`, a template's name or that of a file; absent: as [TemplateChoice]
///   says
/// @param modelName for the metadata; absent: the model's own
/// @param remoteCode whether Python files that a model brings, and what names them, come along
/// @param quantizing how GGUF files are quantized and divided
public record Target(
        Path out,
        Set<Format> formats,
        List<FileType> types,
        long shardSize,
        OptionalInt shards,
        Optional<String> chatTemplate,
        Optional<String> modelName,
        boolean remoteCode,
        QuantizeRequest quantizing) {
    public Target {
        formats = Collections.unmodifiableSet(EnumSet.copyOf(formats));
        types = List.copyOf(types);
    }

    /// The one floating type to write, where it is that.
    public Optional<DType> floatingType() {
        return types.size() == 1
                ? Optional.of(types.getFirst().mainType()).filter(DType::isPlainFloat)
                : Optional.empty();
    }

    /// The files that are read to write this.
    public List<Path> inputs() {
        return Stream.concat(
                        chatTemplate.flatMap(TemplateChoice.Asked::file).stream(),
                        quantizing.importance().stream().map(ImportanceMatrix::file))
                .toList();
    }
}
