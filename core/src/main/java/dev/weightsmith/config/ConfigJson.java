package dev.weightsmith.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Architectures;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Hugging Face's `config.json` and `generation_config.json`.
public final class ConfigJson {
    /// What names code of others.
    private static final List<String> REMOTE_CODE = List.of("auto_map", "trust_remote_code");

    public static final String QUANTIZATION = "quantization_config";

    /// What no configuration can do without.
    private static final List<String> NEEDED =
            List.of(
                    "hidden_size",
                    "intermediate_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "vocab_size",
                    "rms_norm_eps");

    private ConfigJson() {}

    static ModelConfig read(Path file, ObjectNode source) throws FileException {
        var fields = JsonFields.of(file, source);
        Architecture architecture = architecture(fields);
        requireSupported(fields);
        int hiddenSize = fields.size("hidden_size");
        int heads = fields.size("num_attention_heads");
        var headSize = fields.optionalInteger("head_dim", 1, JsonFields.LARGEST_SIZE);
        int contextLength = contextLength(fields, "max_position_embeddings", "max_sequence_length");
        Optional<JsonFields> rope = RopeFields.find(fields, contextLength);
        var config =
                new ModelConfig(
                        architecture,
                        hiddenSize,
                        fields.size("intermediate_size"),
                        fields.integer("num_hidden_layers", 1, ModelConfig.MOST_LAYERS),
                        heads,
                        fields.optionalInteger("num_key_value_heads", 1, JsonFields.LARGEST_SIZE)
                                .orElse(heads),
                        headSize.isPresent()
                                ? headSize.getAsInt()
                                : ModelConfig.headSize(file, hiddenSize, heads),
                        fields.positive("rms_norm_eps"),
                        fields.size("vocab_size"),
                        contextLength,
                        RopeFields.theta(fields, rope),
                        rope.isPresent()
                                ? RopeFields.scaling(fields, rope.get(), contextLength)
                                : new RopeScaling.None(),
                        fields.flag("tie_word_embeddings", false),
                        dtype(source),
                        source,
                        List.of());
        config.requireConsistent(file);
        return config;
    }

    /// The family by `model_type`, or by the class in `architectures` where that is missing, of
    /// which the oldest converted models have other spellings.
    private static Architecture architecture(JsonFields fields) throws FileException {
        Optional<String> type = fields.optionalText("model_type");
        String modelClass = fields.object().path("architectures").path(0).asText("");
        return type.map(Architectures::ofType)
                .orElseGet(() ->
                        modelClass.toLowerCase(Locale.ROOT).startsWith("llama")
                                ? Optional.of(Architectures.llama())
                                : Architectures.ofClass(modelClass))
                .orElseThrow(() ->
                        new FileException(
                                Problem.of(
                                                ErrorKind.UNSUPPORTED,
                                                fields.file(),
                                                "is of a model of type %s, expected %s"
                                                        .formatted(
                                                                Printable.name(
                                                                        type.orElse(modelClass)),
                                                                Architectures.types()))
                                        .withHint(
                                                "only LLaMA and what has its architecture is supported")));
    }

    private static void requireSupported(JsonFields fields) throws FileException {
        if (fields.find(QUANTIZATION).isPresent()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    fields.file(),
                                    "has a quantization_config (%s), expected weights in float16, bfloat16 or float32"
                                            .formatted(
                                                    Printable.text(
                                                            fields.object()
                                                                    .path(QUANTIZATION)
                                                                    .path("quant_method")
                                                                    .asText("unnamed"))))
                            .withHint(
                                    "take the 16-bit model that it was made from: an adapter that"
                                            + " was trained on it is merged into that one"));
        }
        Optional<String> activation = fields.optionalText("hidden_act");
        if (activation.isPresent() && !activation.get().equals("silu")) {
            throw FileException.unsupported(
                    fields.file(),
                    "hidden_act is %s, expected 'silu'"
                            .formatted(Printable.name(activation.get())));
        }
        fields.requireWholeHeads();
    }

    /// The first of these fields that is there, else 2048: what LLaMA's first generation had.
    private static int contextLength(JsonFields fields, String... names) throws FileException {
        for (String name : names) {
            var length = fields.optionalInteger(name, 1, Integer.MAX_VALUE);
            if (length.isPresent()) {
                return length.getAsInt();
            }
        }
        return 2048;
    }

    /// What `torch_dtype`, since transformers 5 `dtype`, says.
    private static Optional<DType> dtype(ObjectNode source) {
        JsonNode name = source.has("dtype") ? source.get("dtype") : source.path("torch_dtype");
        return switch (name.asText("")) {
            case "float16" -> Optional.of(DType.F16);
            case "bfloat16" -> Optional.of(DType.BF16);
            case "float32" -> Optional.of(DType.F32);
            case "float64" -> Optional.of(DType.F64);
            default -> Optional.empty();
        };
    }

    static boolean namesCode(ObjectNode json) {
        return REMOTE_CODE.stream().anyMatch(json::has);
    }

    /// The fields of `config.json` or `tokenizer_config.json` but for those that name code.
    public static ObjectNode withoutRemoteCode(ObjectNode json) {
        return json.deepCopy().without(REMOTE_CODE);
    }

    /// `given` for the tensors of `model`: from that come the fields that it lacks and without
    /// which they cannot be described. How weights were quantized in training says nothing of
    /// these.
    static ObjectNode completed(ObjectNode given, ModelConfig model) {
        ObjectNode known = derived(model);
        var needed = new ArrayList<>(NEEDED);
        if (!given.hasNonNull("model_type") && !given.hasNonNull("architectures")) {
            needed.addAll(List.of("architectures", "model_type"));
        }
        if (model.keyValueHeads() != model.heads()) {
            needed.add("num_key_value_heads");
        }
        if (model.headSize() * model.heads() != model.hiddenSize()) {
            needed.add("head_dim");
        }
        if (model.tiedEmbeddings()) {
            needed.add("tie_word_embeddings");
        }
        ObjectNode completed = given.deepCopy();
        completed.remove(QUANTIZATION);
        needed.stream()
                .filter(name -> !given.hasNonNull(name))
                .forEach(name -> completed.set(name, known.get(name)));
        return completed;
    }

    /// A `config.json` with the fields that every model has, for one that had none.
    static ObjectNode derived(ModelConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(config.architecture().modelClass());
        json.put("model_type", config.architecture().type());
        json.put("hidden_size", config.hiddenSize());
        json.put("intermediate_size", config.intermediateSize());
        json.put("num_hidden_layers", config.layers());
        json.put("num_attention_heads", config.heads());
        json.put("num_key_value_heads", config.keyValueHeads());
        json.put("head_dim", config.headSize());
        json.put("vocab_size", config.vocabularySize());
        json.put("rms_norm_eps", config.normEpsilon());
        json.put("max_position_embeddings", config.contextLength());
        json.put("rope_theta", config.ropeTheta());
        RopeFields.scalingJson(config.ropeScaling()).ifPresent(s -> json.set("rope_scaling", s));
        json.put("hidden_act", "silu");
        json.put("tie_word_embeddings", config.tiedEmbeddings());
        json.putNull("torch_dtype"); // until #config knows it
        json.put("initializer_range", 0.02);
        json.put("use_cache", true);
        return json;
    }

    /// The `config.json` of an output: the source's fields in their order, with the vocabulary and
    /// the type that the output has. A type is named only where the source names one.
    ///
    /// @param dtype F64, F32, F16 or BF16
    public static byte[] config(ModelConfig config, DType dtype) {
        ObjectNode json = config.source();
        json.put("vocab_size", config.vocabularySize());
        if (config.tiedEmbeddings() || json.has("tie_word_embeddings")) {
            json.put("tie_word_embeddings", config.tiedEmbeddings());
        }
        String name =
                switch (dtype) {
                    case F16 -> "float16";
                    case BF16 -> "bfloat16";
                    case F32 -> "float32";
                    case F64 -> "float64";
                    default ->
                            throw new IllegalArgumentException(dtype + " is no type of torch here");
                };
        for (String field : List.of("dtype", "torch_dtype")) {
            if (json.has(field)) {
                json.put(field, name);
            }
        }
        return JsonText.indented(json);
    }

    /// The ids of a special token, `bos`, `eos`, `pad` and so on, in one of the two files: one or a
    /// list. What is no id is left out.
    public static List<Integer> tokenIds(ObjectNode json, String kind) {
        JsonNode value = json.path(kind + "_token_id");
        var ids = new ArrayList<Integer>();
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0) {
                ids.add(id.intValue());
            }
        }
        return ids;
    }

    /// The `generation_config.json` of an output: the source's, or the special tokens of the
    /// configuration where there is none.
    public static byte[] generationConfig(ModelConfig config, Optional<ObjectNode> source) {
        return JsonText.indented(source.orElseGet(() -> derivedGeneration(config)));
    }

    private static ObjectNode derivedGeneration(ModelConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_from_model_config", true);
        ObjectNode from = config.source();
        for (String name : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
            if (from.hasNonNull(name)) {
                json.set(name, from.get(name));
            }
        }
        return json;
    }
}
