package dev.weightsmith.model;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.World;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.tokenizer.GgufTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What every command requires of a GGUF file that is to be a LLaMA model: a configuration, a sound
/// vocabulary, and the tensors that llama.cpp would look for, no fewer and no others
/// (docs/specs/hostile-inputs.md#gguf-models).
public final class GgufCheck {
    private GgufCheck() {}

    /// Checks a file's metadata and the names, shapes and types of its tensors; reads no weights.
    /// Biases and rope_freqs.weight may be there, as llama.cpp takes them.
    ///
    /// @return its configuration
    /// @throws FileException if it is of another architecture, or not sound
    public static ModelConfig require(GgufFile file) throws IOException {
        Path path = file.path();
        ModelConfig config = ModelConfig.ofGguf(path, file.metadata(), List.of());
        Optional<GgufTokens> tokens = GgufTokens.read(path, file.metadata());
        if (tokens.isPresent() && tokens.get().pieces().size() != config.vocabularySize()) {
            throw mismatch(
                    path,
                    "tokenizer.ggml.tokens are %d, expected %d as llama.vocab_size says"
                            .formatted(tokens.get().pieces().size(), config.vocabularySize()));
        }
        requireTensors(file, config);
        return ModelConfig.ofGguf(file);
    }

    private static void requireTensors(GgufFile file, ModelConfig said) throws FileException {
        var tensors = new LinkedHashMap<String, TensorInfo>();
        for (TensorInfo tensor : file.tensors()) {
            if (tensor.name().equals(Architecture.ROPE_FREQUENCIES)) {
                requireFrequencies(file.path(), tensor, said.headSize());
                continue;
            }
            tensors.put(
                    said.architecture()
                            .canonical(World.GGUF, tensor.name())
                            .orElseThrow(() ->
                                    FileException.malformed(
                                            file.path(),
                                            "tensor "
                                                    + Printable.name(tensor.name())
                                                    + " is no part of a %s model"
                                                            .formatted(said.architecture()))),
                    tensor);
        }
        ModelConfig config =
                said.withVocabulary(
                        said.vocabularySize(), !tensors.containsKey(Architecture.OUTPUT));
        var check = new WeightCheck(file.path(), config, World.GGUF);
        check.requireComplete(tensors);
        check.requireWeights(tensors);
        for (Map.Entry<String, TensorInfo> tensor : Map.copyOf(tensors).entrySet()) {
            Optional<Shape> bias = check.bias(tensor.getKey());
            if (bias.isPresent()) {
                check.requireShape(tensor.getKey(), tensor.getValue().shape(), bias.get());
                tensors.remove(tensor.getKey());
            }
        }
        check.requireNothingElse(tensors, ErrorKind.MALFORMED);
    }

    private static void requireFrequencies(Path path, TensorInfo tensor, int headSize)
            throws FileException {
        if (!tensor.shape().equals(Shape.of(headSize / 2))) {
            throw mismatch(
                    path,
                    "rope_freqs.weight has shape %s, expected half the head size, %d"
                            .formatted(tensor.shape(), headSize / 2));
        }
    }

    private static FileException mismatch(Path path, String message) {
        return new FileException(Problem.of(ErrorKind.MISMATCH, path, message));
    }
}
