package dev.weightsmith.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Architectures;
import dev.weightsmith.architecture.Role;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Meta's `params.json` (docs/specs/checkpoints.md#meta-checkpoints): a few fields; the rest
/// follows from the tensors or from what is known of the published models.
public final class ParamsJson {
    /// Meta published no others in this form.
    private static final Architecture ARCHITECTURE = Architectures.llama();

    private static final double DEFAULT_THETA = 10000;

    private ParamsJson() {}

    static ModelConfig read(Path file, ObjectNode params, Function<String, Optional<Shape>> tensors)
            throws FileException {
        var fields = JsonFields.of(file, params);
        if (fields.find("moe").isPresent()) {
            throw FileException.unsupported(file, "is of a mixture of experts, expected LLaMA");
        }
        List<String> notes = new ArrayList<>();
        int hiddenSize = fields.size("dim");
        int heads = fields.size("n_heads");
        var keyValueHeads = fields.optionalInteger("n_kv_heads", 1, JsonFields.LARGEST_SIZE);
        int intermediateSize = rows(file, tensors, ARCHITECTURE.name(Role.GATE, 0));
        checkFormula(fields, hiddenSize, intermediateSize, notes);
        int vocabularySize = rows(file, tensors, Architecture.EMBEDDING);
        int said = fields.optionalInteger("vocab_size", -1, JsonFields.LARGEST_SIZE).orElse(-1);
        if (said != -1 && said != vocabularySize) {
            notes.add(
                    "params.json: vocab_size is %s but the embedding has %d rows, which count"
                            .formatted(said, vocabularySize));
        }
        double normEpsilon = fields.positive("norm_eps");
        double theta = fields.optionalPositive("rope_theta").orElse(DEFAULT_THETA);
        int contextLength = contextLength(fields, normEpsilon, theta, hiddenSize);
        if (fields.find("max_seq_len").isEmpty()) {
            notes.add(
                    "params.json does not say the context length: %d as its other fields suggest"
                            .formatted(contextLength));
        }
        var config =
                new ModelConfig(
                        ARCHITECTURE,
                        hiddenSize,
                        intermediateSize,
                        fields.integer("n_layers", 1, ModelConfig.MOST_LAYERS),
                        heads,
                        keyValueHeads.orElse(heads),
                        ModelConfig.headSize(file, hiddenSize, heads),
                        normEpsilon,
                        vocabularySize,
                        contextLength,
                        theta,
                        scaling(fields),
                        false,
                        Optional.empty(),
                        JsonNodeFactory.instance.objectNode(),
                        notes);
        config.requireConsistent(file);
        ObjectNode source = ConfigJson.derived(config);
        source.put("bos_token_id", 1).put("eos_token_id", 2);
        return config.withSource(source);
    }

    private static int rows(Path file, Function<String, Optional<Shape>> tensors, String name)
            throws FileException {
        Shape shape =
                tensors.apply(name)
                        .orElseThrow(() ->
                                FileException.malformed(
                                        file, "the checkpoint has no tensor " + name));
        if (shape.rank() != 2
                || shape.dimension(0) < 1
                || shape.dimension(0) > JsonFields.LARGEST_SIZE) {
            throw FileException.malformed(
                    file, "the checkpoint's tensor %s has shape %s".formatted(name, shape));
        }
        return (int) shape.dimension(0);
    }

    /// The formula that Meta's code has for the intermediate size only checks what is there.
    private static void checkFormula(
            JsonFields fields, int hiddenSize, int intermediateSize, List<String> notes)
            throws FileException {
        var multipleOf = fields.optionalInteger("multiple_of", 1, JsonFields.LARGEST_SIZE);
        if (multipleOf.isEmpty()) {
            return;
        }
        double multiplier = fields.optionalPositive("ffn_dim_multiplier").orElse(1);
        long expected = intermediateSize(hiddenSize, multipleOf.getAsInt(), multiplier);
        if (expected != intermediateSize) {
            notes.add(
                    "params.json: multiple_of and ffn_dim_multiplier make an intermediate size of %d but w1 has %d rows, which count"
                            .formatted(expected, intermediateSize));
        }
    }

    private static long intermediateSize(int hiddenSize, int multipleOf, double multiplier) {
        long wide = (long) (multiplier * twoThirds(hiddenSize));
        return Math.ceilDiv(wide, multipleOf) * multipleOf;
    }

    /// Of four times the width, rounded down as in Meta's code.
    private static long twoThirds(int hiddenSize) {
        return 8L * hiddenSize / 3;
    }

    /// Meta's files do not say it. What the published models have is told by their other fields:
    /// Code Llama by its rope_theta, Llama 2 by norm_eps 1e-5 (which of LLaMA's first generation
    /// only 65B has: 8192 wide without grouped queries).
    private static int contextLength(
            JsonFields fields, double normEpsilon, double theta, int hiddenSize)
            throws FileException {
        var said = fields.optionalInteger("max_seq_len", 1, Integer.MAX_VALUE);
        if (said.isPresent()) {
            return said.getAsInt();
        }
        if (theta == 1e6) {
            return 16384;
        }
        boolean first65B = hiddenSize == 8192 && fields.find("n_kv_heads").isEmpty();
        return (float) normEpsilon == 1e-5f && !first65B ? 4096 : 2048;
    }

    private static RopeScaling scaling(JsonFields fields) throws FileException {
        // The constants of Meta's published code for Llama 3.1.
        return fields.flag("use_scaled_rope", false)
                ? new RopeScaling.Llama3(
                        fields.optionalPositive("rope_scaling_factor").orElse(8), 1, 4, 8192)
                : new RopeScaling.None();
    }

    /// The `params.json` of an output.
    ///
    /// @param source the fields of a base that had one, which stay as they are as long as they
    ///   hold; else without fields
    public static byte[] params(ModelConfig config, ObjectNode source) {
        ObjectNode params = source.deepCopy();
        say(params, "dim", config.hiddenSize());
        putFeedForward(params, config);
        say(params, "n_heads", config.heads());
        if (config.keyValueHeads() != config.heads() || params.hasNonNull("n_kv_heads")) {
            say(params, "n_kv_heads", config.keyValueHeads());
        }
        say(params, "n_layers", config.layers());
        say(params, "norm_eps", config.normEpsilon());
        if (config.ropeTheta() != DEFAULT_THETA || params.hasNonNull("rope_theta")) {
            say(params, "rope_theta", config.ropeTheta());
        }
        if (params.hasNonNull("max_seq_len")) {
            say(params, "max_seq_len", config.contextLength());
        }
        // -1: the tokenizer knows.
        boolean counted = params.path("vocab_size").asInt(-1) != -1;
        say(params, "vocab_size", counted ? config.vocabularySize() : -1);
        return JsonText.oneLine(params);
    }

    /// A field that says as much already keeps its spelling.
    private static void say(ObjectNode params, String name, int value) {
        if (params.path(name).asDouble(Double.NaN) != value) {
            params.put(name, value);
        }
    }

    private static void say(ObjectNode params, String name, double value) {
        if (params.path(name).asDouble(Double.NaN) != value) {
            params.put(name, value);
        }
    }

    private static void putFeedForward(ObjectNode params, ModelConfig config) {
        int multipleOf = params.path("multiple_of").asInt();
        double multiplier = params.path("ffn_dim_multiplier").asDouble(1);
        if (multipleOf > 0
                && intermediateSize(config.hiddenSize(), multipleOf, multiplier)
                        == config.intermediateSize()) {
            return;
        }
        FeedForward said = FeedForward.of(config);
        params.put("multiple_of", said.multipleOf());
        if (said.multiplier() == 1) {
            params.remove("ffn_dim_multiplier");
        } else {
            params.put("ffn_dim_multiplier", said.multiplier());
        }
    }

    /// How Meta's formula makes a feed-forward size.
    private record FeedForward(int multipleOf, double multiplier) {
        /// What the published models say: LLaMA and Llama 2, and Llama 2 70B.
        private static final List<FeedForward> PUBLISHED =
                List.of(new FeedForward(256, 1), new FeedForward(4096, 1.3));

        /// As published; else by the largest power of two that rounds the width's two thirds up to
        /// the size; else by a multiplier of its own.
        static FeedForward of(ModelConfig config) {
            Stream<FeedForward> powers =
                    IntStream.iterate(4096, multiple -> multiple >= 1, multiple -> multiple / 2)
                            .mapToObj(multiple -> new FeedForward(multiple, 1));
            return Stream.concat(PUBLISHED.stream(), powers)
                    .filter(formula ->
                            intermediateSize(
                                            config.hiddenSize(),
                                            formula.multipleOf,
                                            formula.multiplier)
                                    == config.intermediateSize())
                    .findFirst()
                    .orElseGet(() ->
                            new FeedForward(
                                    1,
                                    (config.intermediateSize() + 0.5)
                                            / twoThirds(config.hiddenSize())));
        }
    }
}
