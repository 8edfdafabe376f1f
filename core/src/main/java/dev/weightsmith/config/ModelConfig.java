package dev.weightsmith.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Sizes;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Function;

/// What has to be known of a model besides its weights, wherever it came from.
///
/// @param architecture the family
/// @param hiddenSize elements of a token's vector
/// @param intermediateSize elements between the two halves of a feed-forward block
/// @param headSize elements of one attention head, an even number
/// @param contextLength tokens of the longest text
/// @param dtype what the file says of the weights' type, which need not be true
/// @param source the fields of a Hugging Face `config.json`: those of the file, or made from what
///   the other format says; fields that mean nothing here survive in it
/// @param notes what is remarkable about it, for the user
public record ModelConfig(
        Architecture architecture,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        double normEpsilon,
        int vocabularySize,
        int contextLength,
        double ropeTheta,
        RopeScaling ropeScaling,
        boolean tiedEmbeddings,
        Optional<DType> dtype,
        ObjectNode source,
        List<String> notes)
        implements Sizes {

    /// The most layers that llama.cpp loads.
    static final int MOST_LAYERS = 512;

    public ModelConfig {
        source = source.deepCopy();
        notes = List.copyOf(notes);
    }

    /// Reads a Hugging Face `config.json`.
    ///
    /// @throws FileException if it is malformed or of another architecture than LLaMA
    public static ModelConfig readConfigJson(Path file) throws IOException {
        return ofConfigJson(file, StrictJson.readObject(file));
    }

    /// Takes the fields of a Hugging Face `config.json`.
    ///
    /// @param file that they come from
    /// @throws FileException as [#readConfigJson]
    public static ModelConfig ofConfigJson(Path file, ObjectNode fields) throws FileException {
        return ConfigJson.read(file, fields);
    }

    /// Reads Meta's `params.json`.
    ///
    /// @param tensors the shapes of the whole (joined) tensors by Hugging Face name; the vocabulary
    ///   and the intermediate size follow from them
    public static ModelConfig readParamsJson(Path file, Function<String, Optional<Shape>> tensors)
            throws IOException {
        return ParamsJson.read(file, StrictJson.readObject(file), tensors);
    }

    /// Takes the metadata of a GGUF file.
    ///
    /// @param ropeDivisors the values of its tensor `rope_freqs.weight`; empty where it has none
    public static ModelConfig ofGguf(
            Path file, Map<String, GgufValue> metadata, List<Float> ropeDivisors)
            throws FileException {
        return GgufConfig.read(file, metadata, ropeDivisors);
    }

    /// Takes what a GGUF file says of its model.
    public static ModelConfig ofGguf(GgufFile file) throws IOException {
        return ofGguf(file.path(), file.metadata(), RopeFrequencies.read(file));
    }

    @Override
    public ObjectNode source() {
        return source.deepCopy();
    }

    /// Another `config.json` for these tensors, with what it lacks to describe them.
    public ObjectNode completing(ObjectNode given) {
        return ConfigJson.completed(given, this);
    }

    /// This model without the fields that name code of others.
    public ModelConfig withoutRemoteCode() {
        return withSource(ConfigJson.withoutRemoteCode(source));
    }

    /// Whether a field names code that comes with the model.
    public boolean namesCode() {
        return ConfigJson.namesCode(source);
    }

    /// This model as another `config.json` says it.
    ModelConfig withSource(ObjectNode other) {
        return new ModelConfig(
                architecture,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                normEpsilon,
                vocabularySize,
                contextLength,
                ropeTheta,
                ropeScaling,
                tiedEmbeddings,
                dtype,
                other,
                notes);
    }

    /// This model with another number of embedding rows.
    ///
    /// @param tied whether the output matrix is the embedding
    public ModelConfig withVocabulary(int rows, boolean tied) {
        return new ModelConfig(
                architecture,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                normEpsilon,
                rows,
                contextLength,
                ropeTheta,
                ropeScaling,
                tied,
                dtype,
                source,
                notes);
    }

    /// A special token's id as the configuration gives it: `bos`, `eos`, `pad` and so on.
    public OptionalInt tokenId(String kind) {
        var id = source.path(kind + "_token_id");
        return id.canConvertToInt() && id.isIntegralNumber() && id.intValue() >= 0
                ? OptionalInt.of(id.intValue())
                : OptionalInt.empty();
    }

    /// The ids that the configuration gives for a special token: one, or a list, as Llama 3 has for
    /// `eos`.
    public List<Integer> tokenIds(String kind) {
        return ConfigJson.tokenIds(source, kind);
    }

    /// Whether a field is true.
    boolean says(String field) {
        return source.path(field).asBoolean(false);
    }

    /// This model with a field that is true.
    public ModelConfig saying(String field) {
        return withSource(source().put(field, true));
    }

    /// Every tensor of such a model, by Hugging Face name, with its shape. The output matrix is
    /// among them unless it is the embedding, biases if the configuration announces them.
    public SequencedMap<String, Shape> weights() {
        return architecture.weights(this, tiedEmbeddings, this::says);
    }

    /// How many heads the rows of the tensor with this Hugging Face name are, where Meta and GGUF
    /// have them in another order.
    public Optional<Integer> rotaryHeads(String canonical) {
        return architecture.place(canonical).flatMap(place -> place.rotaryHeads(this));
    }

    /// @throws FileException if the sizes do not make a model
    void requireConsistent(Path file) throws FileException {
        if (keyValueHeads > heads || heads % keyValueHeads != 0) {
            throw FileException.malformed(
                    file,
                    "%d attention heads cannot share %d key/value heads, expected a divisor"
                            .formatted(heads, keyValueHeads));
        }
        if (headSize % 2 != 0) {
            throw FileException.malformed(
                    file,
                    "attention heads have %d elements, expected an even number"
                            .formatted(headSize));
        }
    }

    /// The head size where nothing else is said.
    static int headSize(Path file, int hiddenSize, int heads) throws FileException {
        if (hiddenSize % heads != 0) {
            throw FileException.malformed(
                    file,
                    "a hidden size of %d does not divide into %d heads"
                            .formatted(hiddenSize, heads));
        }
        return hiddenSize / heads;
    }
}
