package dev.weightsmith.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.util.Optional;
import java.util.OptionalDouble;

/// The rotary positions in a `config.json`, in its three spellings: `rope_scaling` with `type`,
/// with `rope_type`, and transformers 5's `rope_parameters`, which holds `rope_theta` too.
final class RopeFields {
    private static final double DEFAULT_THETA = 10000;

    private RopeFields() {}

    /// @throws FileException if two spellings stand there that do not mean the same: transformers
    ///   follows one, llama.cpp's converter the other
    static Optional<JsonFields> find(JsonFields config, int contextLength) throws FileException {
        Optional<JsonFields> parameters = filled(config, "rope_parameters");
        Optional<JsonFields> former = filled(config, "rope_scaling");
        if (parameters.isEmpty() || former.isEmpty()) {
            return parameters.or(() -> former);
        }
        if (theta(config, parameters) != theta(config, former)
                || !scaling(config, parameters.get(), contextLength)
                        .equals(scaling(config, former.get(), contextLength))) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    config.file(),
                                    "rope_parameters and rope_scaling say different things")
                            .withHint("keep the one that the model was trained with"));
        }
        return parameters;
    }

    /// What is empty is not there, as in Python.
    private static Optional<JsonFields> filled(JsonFields config, String name)
            throws FileException {
        return config.optionalObject(name).filter(fields -> !fields.object().isEmpty());
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
        requireOneForAll(rope);
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
                            "%srope_type is %s, expected linear, dynamic, yarn or llama3"
                                    .formatted(rope.prefix(), Printable.name(type)));
        };
    }

    /// Every layer and every element of a head turns alike in LLaMA.
    private static void requireOneForAll(JsonFields rope) throws FileException {
        for (var field : rope.object().properties()) {
            if (field.getValue().isObject()) {
                throw FileException.unsupported(
                        rope.file(),
                        "%s%s is for some layers alone, expected one for all"
                                .formatted(rope.prefix(), Printable.text(field.getKey())));
            }
        }
        rope.requireWholeHeads();
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
                    "%shigh_freq_factor is %s, expected more than low_freq_factor, %s"
                            .formatted(rope.prefix(), high, low));
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
