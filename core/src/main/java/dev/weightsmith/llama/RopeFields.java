package dev.weightsmith.llama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import java.util.Optional;
import java.util.OptionalDouble;

/// The rotary positions in a `config.json`, in its three spellings: `rope_scaling` with `type`,
/// with `rope_type`, and transformers 5's `rope_parameters`, which holds `rope_theta` too.
final class RopeFields {
    private static final double DEFAULT_THETA = 10000;

    private RopeFields() {}

    static Optional<JsonFields> find(JsonFields config) throws FileException {
        Optional<JsonFields> parameters = config.optionalObject("rope_parameters");
        return parameters.isPresent() ? parameters : config.optionalObject("rope_scaling");
    }

    static double theta(JsonFields config, Optional<JsonFields> rope) throws FileException {
        if (rope.isPresent()) {
            OptionalDouble inner = rope.get().optionalPositive("rope_theta");
            if (inner.isPresent()) {
                return inner.getAsDouble();
            }
        }
        return config.optionalPositive("rope_theta").orElse(DEFAULT_THETA);
    }

    static RopeScaling scaling(JsonFields config, JsonFields rope, int contextLength)
            throws FileException {
        Optional<String> newName = rope.optionalText("rope_type");
        String type =
                newName.isPresent() ? newName.get() : rope.optionalText("type").orElse("default");
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(rope.positive("factor"));
            case "dynamic" -> dynamic(rope);
            case "yarn" ->
                    new RopeScaling.Yarn(
                            rope.positive("factor"),
                            original(config, rope).orElse(contextLength),
                            rope.optionalPositive("extrapolation_factor"),
                            attentionFactor(rope),
                            rope.optionalPositive("beta_fast"),
                            rope.optionalPositive("beta_slow"));
            case "llama3" -> llama3(config, rope);
            default ->
                    throw FileException.unsupported(
                            rope.file(),
                            rope.prefix()
                                    + "rope_type is "
                                    + Printable.name(type)
                                    + ", expected linear, dynamic, yarn or llama3");
        };
    }

    private static RopeScaling dynamic(JsonFields rope) throws FileException {
        OptionalDouble alpha = rope.optionalPositive("alpha");
        return new RopeScaling.DynamicNtk(
                alpha.isPresent()
                        ? rope.optionalPositive("factor").orElse(1)
                        : rope.positive("factor"),
                alpha);
    }

    private static RopeScaling llama3(JsonFields config, JsonFields rope) throws FileException {
        double low = rope.positive("low_freq_factor");
        double high = rope.positive("high_freq_factor");
        if (!(high > low)) {
            throw FileException.malformed(
                    rope.file(),
                    rope.prefix()
                            + "high_freq_factor is "
                            + high
                            + ", expected more than low_freq_factor, "
                            + low);
        }
        return new RopeScaling.Llama3(
                rope.positive("factor"),
                low,
                high,
                original(config, rope)
                        .orElseThrow(() -> rope.missing("original_max_position_embeddings")));
    }

    /// Under the name that transformers has for it, else the one that the first YaRN models had.
    private static OptionalDouble attentionFactor(JsonFields rope) throws FileException {
        return rope.optionalPositive(
                rope.find("attention_factor").isPresent() ? "attention_factor" : "attn_factor");
    }

    /// The first training's context length, which some files say outside.
    private static Optional<Integer> original(JsonFields config, JsonFields rope)
            throws FileException {
        String name = "original_max_position_embeddings";
        JsonFields place = rope.find(name).isPresent() ? rope : config;
        return place.optionalInteger(name, 1, Integer.MAX_VALUE).stream().boxed().findFirst();
    }

    /// The `rope_scaling` of a `config.json`, under the old and the new name of its type.
    static Optional<ObjectNode> scalingJson(RopeScaling scaling) {
        return scaling.name()
                .map(name -> {
                    ObjectNode json = JsonNodeFactory.instance.objectNode();
                    json.put("rope_type", name).put("type", name);
                    put(json, scaling);
                    return json;
                });
    }

    private static void put(ObjectNode json, RopeScaling scaling) {
        switch (scaling) {
            case RopeScaling.None _, RopeScaling.Divisors _ -> {}
            case RopeScaling.Linear linear -> json.put("factor", linear.factor());
            case RopeScaling.DynamicNtk dynamic -> {
                json.put("factor", dynamic.factor());
                dynamic.alpha().ifPresent(alpha -> json.put("alpha", alpha));
            }
            case RopeScaling.Yarn yarn -> {
                json.put("factor", yarn.factor());
                json.put("original_max_position_embeddings", yarn.original());
                yarn.extrapolationFactor().ifPresent(v -> json.put("extrapolation_factor", v));
                yarn.attentionFactor().ifPresent(v -> json.put("attention_factor", v));
                yarn.betaFast().ifPresent(v -> json.put("beta_fast", v));
                yarn.betaSlow().ifPresent(v -> json.put("beta_slow", v));
            }
            case RopeScaling.Llama3 llama3 -> {
                json.put("factor", llama3.factor());
                json.put("low_freq_factor", llama3.lowFrequency());
                json.put("high_freq_factor", llama3.highFrequency());
                json.put("original_max_position_embeddings", llama3.original());
            }
        }
    }
}
