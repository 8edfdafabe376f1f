package dev.weightsmith.llama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Function;

/// What has to be known of a LLaMA model besides its weights, wherever it came from.
///
/// @param hiddenSize elements of a token's vector
/// @param intermediateSize elements between the two halves of a feed-forward block
/// @param headSize elements of one attention head, an even number
/// @param contextLength tokens of the longest text
/// @param dtype what the file says of the weights' type, which need not be true
/// @param source the fields of a Hugging Face `config.json`: those of the file, or made from what
///   the other format says; fields that mean nothing here survive in it
/// @param notes what is remarkable about it, for the user
public record LlamaConfig(
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
        List<String> notes) {

    /// The most layers that llama.cpp loads.
    static final int MOST_LAYERS = 512;

    public LlamaConfig {
        source = source.deepCopy();
        notes = List.copyOf(notes);
    }

    /// Reads a Hugging Face `config.json`.
    ///
    /// @throws FileException if it is malformed or of another architecture than LLaMA
    public static LlamaConfig readConfigJson(Path file) throws IOException {
        return ofConfigJson(file, StrictJson.readObject(file));
    }

    /// Takes the fields of a Hugging Face `config.json`.
    ///
    /// @param file that they come from
    /// @throws FileException as [#readConfigJson]
    public static LlamaConfig ofConfigJson(Path file, ObjectNode fields) throws FileException {
        return ConfigJson.read(file, fields);
    }

    /// Reads Meta's `params.json`.
    ///
    /// @param tensors the shapes of the whole (joined) tensors by Hugging Face name; the vocabulary
    ///   and the intermediate size follow from them
    public static LlamaConfig readParamsJson(Path file, Function<String, Optional<Shape>> tensors)
            throws IOException {
        return ParamsJson.read(file, StrictJson.readObject(file), tensors);
    }

    /// Takes the metadata of a GGUF file.
    ///
    /// @param ropeDivisors the values of its tensor `rope_freqs.weight`; empty where it has none
    public static LlamaConfig ofGguf(
            Path file, Map<String, GgufValue> metadata, List<Float> ropeDivisors)
            throws FileException {
        return GgufConfig.read(file, metadata, ropeDivisors);
    }

    /// Takes what a GGUF file says of its model.
    public static LlamaConfig ofGguf(GgufFile file) throws IOException {
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
    public LlamaConfig withoutRemoteCode() {
        return ParamsJson.withSource(this, ConfigJson.withoutRemoteCode(source));
    }

    /// Whether a field names code that comes with the model.
    public boolean namesCode() {
        return ConfigJson.namesCode(source);
    }

    /// This model with another number of embedding rows.
    ///
    /// @param tied whether the output matrix is the embedding
    public LlamaConfig withVocabulary(int rows, boolean tied) {
        return new LlamaConfig(
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

    /// Every weight of such a model without biases, by Hugging Face name, with its shape. The
    /// output matrix is among them unless it is the embedding.
    public SequencedMap<String, Shape> weights() {
        SequencedMap<String, Shape> weights = new LinkedHashMap<>();
        long queries = (long) heads * headSize;
        long keys = (long) keyValueHeads * headSize;
        weights.put(TensorNames.EMBEDDING, Shape.of(vocabularySize, hiddenSize));
        for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i + ".";
            weights.put(layer + "self_attn.q_proj.weight", Shape.of(queries, hiddenSize));
            weights.put(layer + "self_attn.k_proj.weight", Shape.of(keys, hiddenSize));
            weights.put(layer + "self_attn.v_proj.weight", Shape.of(keys, hiddenSize));
            weights.put(layer + "self_attn.o_proj.weight", Shape.of(hiddenSize, queries));
            weights.put(layer + "mlp.gate_proj.weight", Shape.of(intermediateSize, hiddenSize));
            weights.put(layer + "mlp.up_proj.weight", Shape.of(intermediateSize, hiddenSize));
            weights.put(layer + "mlp.down_proj.weight", Shape.of(hiddenSize, intermediateSize));
            weights.put(layer + "input_layernorm.weight", Shape.of(hiddenSize));
            weights.put(layer + "post_attention_layernorm.weight", Shape.of(hiddenSize));
        }
        weights.put("model.norm.weight", Shape.of(hiddenSize));
        if (!tiedEmbeddings) {
            weights.put(TensorNames.OUTPUT, Shape.of(vocabularySize, hiddenSize));
        }
        return weights;
    }

    /// @throws FileException if the sizes do not make a model
    void requireConsistent(Path file) throws FileException {
        if (keyValueHeads > heads || heads % keyValueHeads != 0) {
            throw FileException.malformed(
                    file,
                    heads
                            + " attention heads cannot share "
                            + keyValueHeads
                            + " key/value heads, expected a divisor");
        }
        if (headSize % 2 != 0) {
            throw FileException.malformed(
                    file,
                    "attention heads have " + headSize + " elements, expected an even number");
        }
    }

    /// The head size where nothing else is said.
    static int headSize(Path file, int hiddenSize, int heads) throws FileException {
        if (hiddenSize % heads != 0) {
            throw FileException.malformed(
                    file,
                    "a hidden size of " + hiddenSize + " does not divide into " + heads + " heads");
        }
        return hiddenSize / heads;
    }
}
