package dev.weightsmith.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.RopeFrequencies;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.GgufChatTemplates;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/// The metadata of a GGUF file: the keys and values that llama.cpp's converter writes, in its order
/// (docs/specs/gguf.md#keys). Where we differ, docs/formats/gguf.md says why.
///
/// @param config with the vocabulary size that the written embedding has
/// @param tokenizer the vocabulary; without one llama.cpp does not load the file
/// @param generation `generation_config.json`
/// @param chatTemplates chosen for the model
/// @param parameters elements of all tensors of the file
/// @param fileType llama.cpp's number for the main type: 0 F32, 1 F16, 32 BF16, and so on
public record GgufMetadata(
        ModelConfig config,
        Optional<TokenizerFiles> tokenizer,
        Optional<ObjectNode> generation,
        ChatTemplates chatTemplates,
        ModelName name,
        long parameters,
        int fileType) {

    private static final int QUANTIZATION_VERSION = 2;

    /// Sampling keys, each with its name in `generation_config.json`, in llama.cpp's order.
    private enum Sampling {
        SEQUENCE("sequence"),
        TOP_K("top_k"),
        TOP_P("top_p"),
        MIN_P("min_p"),
        XTC_PROBABILITY("xtc_probability"),
        XTC_THRESHOLD("xtc_threshold"),
        TEMP("temperature"),
        PENALTY_LAST_N("penalty_last_n"),
        PENALTY_REPEAT("penalty_repeat"),
        MIROSTAT("mirostat"),
        MIROSTAT_TAU("mirostat_tau"),
        MIROSTAT_ETA("mirostat_eta");

        private final String field;

        Sampling(String field) {
            this.field = field;
        }

        private String key() {
            return "general.sampling." + name().toLowerCase(Locale.ROOT);
        }
    }

    /// All keys and values.
    ///
    /// @throws PlanException if the tokenizer has more tokens than the model, or a value of
    ///   `generation_config.json` has another type than llama.cpp knows
    public SequencedMap<String, GgufValue> values() {
        SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
        values.put("general.architecture", new GgufValue.Text(config.architecture().type()));
        values.put("general.type", new GgufValue.Text("model"));
        generation.ifPresent(json -> putSampling(values, json));
        putName(values);
        putModel(values);
        values.put("general.quantization_version", new GgufValue.U32(QUANTIZATION_VERSION));
        tokenizer.ifPresent(files -> putTokenizer(values, files));
        GgufChatTemplates.put(values, chatTemplates);
        return values;
    }

    /// The values of the tensor [Architecture#ROPE_FREQUENCIES], float32, one for each two elements
    /// of a head; empty unless the rope scaling has a divisor of its own for each frequency.
    public static List<Float> ropeFrequencies(ModelConfig config) {
        return switch (config.ropeScaling()) {
            case RopeScaling.Llama3 llama3 ->
                    RopeFrequencies.of(llama3, config.headSize(), config.ropeTheta());
            case RopeScaling.Divisors(List<Float> divisors) -> divisors;
            case RopeScaling.None _,
                    RopeScaling.Linear _,
                    RopeScaling.DynamicNtk _,
                    RopeScaling.Yarn _ ->
                    List.of();
        };
    }

    private static void putSampling(Map<String, GgufValue> values, ObjectNode json) {
        for (Sampling sampling : Sampling.values()) {
            JsonNode value = json.path(sampling.field);
            if (value.isMissingNode() || value.isNull()) {
                continue;
            }
            boolean fits =
                    switch (sampling) {
                        case SEQUENCE -> value.isTextual();
                        case TOP_K, PENALTY_LAST_N, MIROSTAT ->
                                value.isIntegralNumber() && value.canConvertToInt();
                        default -> value.isNumber() && Float.isFinite((float) value.doubleValue());
                    };
            if (!fits) {
                throw new PlanException(
                        Problem.of(
                                ErrorKind.MALFORMED,
                                "generation_config.json: %s is %s"
                                        .formatted(
                                                sampling.field, Printable.text(value.toString()))));
            }
            putSampling(values, sampling, value);
        }
    }

    private static void putSampling(
            Map<String, GgufValue> values, Sampling sampling, JsonNode value) {
        switch (sampling) {
            case SEQUENCE -> putText(values, sampling.key(), value.textValue());
            case TOP_K, PENALTY_LAST_N, MIROSTAT ->
                    values.put(sampling.key(), new GgufValue.I32(value.intValue()));
            default -> putFloat(values, sampling.key(), value.doubleValue());
        }
    }

    private void putName(Map<String, GgufValue> values) {
        putText(values, "general.name", name.name());
        putText(values, "general.version", name.version());
        putText(values, "general.organization", name.organization());
        putText(values, "general.finetune", name.finetune());
        putText(values, "general.basename", name.basename());
        putText(
                values,
                "general.size_label",
                name.sizeLabel()
                        .or(() -> Optional.of(parameters).filter(n -> n > 0).map(SizeLabel::of)));
    }

    private void putModel(Map<String, GgufValue> values) {
        String prefix = config.architecture().type() + ".";
        putInteger(values, prefix + "block_count", config.layers());
        putInteger(values, prefix + "context_length", config.contextLength());
        putInteger(values, prefix + "embedding_length", config.hiddenSize());
        putInteger(values, prefix + "feed_forward_length", config.intermediateSize());
        putInteger(values, prefix + "attention.head_count", config.heads());
        putInteger(values, prefix + "attention.head_count_kv", config.keyValueHeads());
        putScaling(values, prefix + "rope.scaling.", config.ropeScaling());
        putFloat(values, prefix + "rope.freq_base", config.ropeTheta());
        putFloat(values, prefix + "attention.layer_norm_rms_epsilon", config.normEpsilon());
        putInteger(values, prefix + "attention.key_length", config.headSize());
        putInteger(values, prefix + "attention.value_length", config.headSize());
        putInteger(values, "general.file_type", fileType);
        putInteger(values, prefix + "vocab_size", config.vocabularySize());
        putInteger(values, prefix + "rope.dimension_count", config.headSize());
    }

    private static void putScaling(
            Map<String, GgufValue> values, String prefix, RopeScaling scaling) {
        switch (scaling) {
            // Divisors are said by the tensor rope_freqs.weight.
            case RopeScaling.None _, RopeScaling.Llama3 _, RopeScaling.Divisors _ -> {}
            case RopeScaling.Linear linear -> {
                putText(values, prefix + "type", "linear");
                putFloat(values, prefix + "factor", linear.factor());
            }
            case RopeScaling.DynamicNtk dynamic -> {
                putText(values, prefix + "type", "none");
                putFloat(values, prefix + "alpha", dynamic.alpha().orElse(dynamic.factor()));
            }
            case RopeScaling.Yarn yarn -> {
                putText(values, prefix + "type", "yarn");
                putFloat(values, prefix + "factor", yarn.factor());
                putInteger(values, prefix + "original_context_length", yarn.original());
                putFloat(values, prefix + "yarn_ext_factor", yarn.extrapolationFactor());
                putFloat(values, prefix + "yarn_attn_factor", yarn.attentionFactor());
                putFloat(values, prefix + "yarn_beta_fast", yarn.betaFast());
                putFloat(values, prefix + "yarn_beta_slow", yarn.betaSlow());
            }
        }
    }

    private void putTokenizer(Map<String, GgufValue> values, TokenizerFiles files) {
        JsonNode prefix = files.config().path("add_prefix_space");
        if (prefix.isBoolean()) {
            values.put(
                    "tokenizer.ggml.add_space_prefix", new GgufValue.Bool(prefix.booleanValue()));
        } else if (!files.model().addDummyPrefix()) {
            values.put("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(false));
        }
        putText(values, "tokenizer.ggml.model", "llama");
        putText(values, "tokenizer.ggml.pre", "default");
        GgufVocabulary.put(values, files, config.vocabularySize());
        GgufSpecialTokens.put(values, config, files);
    }

    /// Empty text is left out, as llama.cpp leaves it out.
    private static void putText(Map<String, GgufValue> values, String key, String text) {
        if (!text.isEmpty()) {
            values.put(key, new GgufValue.Text(text));
        }
    }

    private static void putText(Map<String, GgufValue> values, String key, Optional<String> text) {
        text.ifPresent(t -> putText(values, key, t));
    }

    private static void putInteger(Map<String, GgufValue> values, String key, int value) {
        values.put(key, new GgufValue.U32(value));
    }

    private static void putFloat(Map<String, GgufValue> values, String key, double value) {
        values.put(key, new GgufValue.F32((float) value));
    }

    private static void putFloat(Map<String, GgufValue> values, String key, OptionalDouble value) {
        value.ifPresent(v -> putFloat(values, key, v));
    }
}
