package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.tensor.DType;
import java.util.Locale;

/// A configuration in the words of Hugging Face's `config.json`, wherever it came from.
final class ConfigFacts {
    private ConfigFacts() {}

    static ObjectNode of(ModelConfig config) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("num_hidden_layers", config.layers());
        facts.put("hidden_size", config.hiddenSize());
        facts.put("intermediate_size", config.intermediateSize());
        facts.put("num_attention_heads", config.heads());
        facts.put("num_key_value_heads", config.keyValueHeads());
        facts.put("head_dim", config.headSize());
        facts.put("vocab_size", config.vocabularySize());
        facts.put("max_position_embeddings", config.contextLength());
        facts.put("rms_norm_eps", config.normEpsilon());
        facts.put("rope_theta", config.ropeTheta());
        if (!(config.ropeScaling() instanceof RopeScaling.None)) {
            facts.set("rope_scaling", scaling(config.ropeScaling()));
        }
        facts.put("tie_word_embeddings", config.tiedEmbeddings());
        config.dtype().ifPresent(type -> facts.put("torch_dtype", torchName(type)));
        return facts;
    }

    private static String torchName(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    private static ObjectNode scaling(RopeScaling scaling) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        scaling.name().ifPresent(name -> facts.put("rope_type", name));
        switch (scaling) {
            case RopeScaling.None _ -> {}
            case RopeScaling.Linear linear -> facts.put("factor", linear.factor());
            case RopeScaling.DynamicNtk dynamic -> {
                facts.put("factor", dynamic.factor());
                dynamic.alpha().ifPresent(alpha -> facts.put("alpha", alpha));
            }
            case RopeScaling.Yarn yarn ->
                    facts.put("factor", yarn.factor())
                            .put("original_max_position_embeddings", yarn.original());
            case RopeScaling.Llama3 llama3 ->
                    facts.put("factor", llama3.factor())
                            .put("original_max_position_embeddings", llama3.original());
            case RopeScaling.Divisors(var divisors) -> {
                var list = facts.putArray("divisors");
                divisors.forEach(list::add);
            }
        }
        return facts;
    }
}
