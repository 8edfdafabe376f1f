package dev.weightsmith.quantize;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.llama.LlamaConfig;
import dev.weightsmith.model.GgufCheck;
import dev.weightsmith.model.GgufOutput;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.model.OutputOptions;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A model as the GGUF file that is to be quantized holds it, or would hold it.
///
/// @param path of the model, for messages
/// @param isFile whether there is that file, rather than a model to convert
/// @param parts the tensors of each file, under their GGUF names, in the order of their bytes
/// @param metadata of the model, in the file's order
/// @param sources that the tensors are read from
public record QuantizeSource(
        Path path,
        boolean isFile,
        List<List<PlannedTensor>> parts,
        SequencedMap<String, GgufValue> metadata,
        ModelFacts facts,
        Sources sources) {
    public QuantizeSource {
        parts = parts.stream().map(List::copyOf).toList();
        metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
    }

    /// A GGUF file. Metadata that mean nothing here stay as they are.
    ///
    /// @throws FileException if it is no sound LLaMA model
    public static QuantizeSource of(GgufFile file) throws IOException {
        LlamaConfig config = GgufCheck.require(file);
        return new QuantizeSource(
                file.path(),
                true,
                stored(file),
                file.metadata(),
                facts(config),
                Sources.of("model", file));
    }

    /// The tensors of each of a file's parts, as they are.
    static List<List<PlannedTensor>> stored(GgufFile file) throws IOException {
        Sources sources = Sources.of("model", file);
        return sources.all().stream()
                .map(part ->
                        Tensors.loads(part, sources.file(part)).entrySet().stream()
                                .map(load -> new PlannedTensor(load.getKey(), load.getValue()))
                                .toList())
                .toList();
    }

    /// A model of any container, merged or not, as it is converted: quantizing at once and
    /// quantizing the converted file later give the same bytes.
    ///
    /// @param options `type` is that of the converted file
    /// @param fileName names the model where nothing else does
    /// @throws FileException if the tokenizer's files cannot be read
    public static QuantizeSource of(LlamaModel model, OutputOptions options, String fileName)
            throws IOException {
        var output = new GgufOutput(model, options);
        FileType type = FileType.parse(output.type().name());
        return new QuantizeSource(
                model.path(),
                false,
                List.of(output.tensors()),
                output.metadata(fileName, type.number()),
                facts(model.config()),
                model.sources());
    }

    private static ModelFacts facts(LlamaConfig config) {
        return new ModelFacts(config.layers(), config.heads(), config.keyValueHeads());
    }
}
