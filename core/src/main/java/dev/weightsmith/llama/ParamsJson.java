package dev.weightsmith.llama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Meta's `params.json` (specs/checkpoints.md §1): a few fields; the rest follows from the tensors
/// or from what is known of the published models.
final class ParamsJson {
    private static final String GATE = "model.layers.0.mlp.gate_proj.weight";

    private ParamsJson() {}

    static LlamaConfig read(Path file, ObjectNode params, Function<String, Optional<Shape>> tensors)
            throws FileException {
        var fields = JsonFields.of(file, params);
        if (fields.find("moe").isPresent()) {
            throw FileException.unsupported(file, "is of a mixture of experts, expected LLaMA");
        }
        List<String> notes = new ArrayList<>();
        int hiddenSize = fields.size("dim");
        int heads = fields.size("n_heads");
        var keyValueHeads = fields.optionalInteger("n_kv_heads", 1, JsonFields.LARGEST_SIZE);
        int intermediateSize = rows(file, tensors, GATE);
        checkFormula(fields, hiddenSize, intermediateSize, notes);
        int vocabularySize = rows(file, tensors, TensorNames.EMBEDDING);
        int said = fields.optionalInteger("vocab_size", -1, JsonFields.LARGEST_SIZE).orElse(-1);
        if (said != -1 && said != vocabularySize) {
            notes.add(
                    "params.json: vocab_size is "
                            + said
                            + " but the embedding has "
                            + vocabularySize
                            + " rows, which count");
        }
        double normEpsilon = fields.positive("norm_eps");
        double theta = fields.optionalPositive("rope_theta").orElse(10000);
        int contextLength = contextLength(fields, normEpsilon, theta, hiddenSize);
        if (fields.find("max_seq_len").isEmpty()) {
            notes.add(
                    "params.json does not say the context length: "
                            + contextLength
                            + " as its other fields suggest");
        }
        var config =
                new LlamaConfig(
                        hiddenSize,
                        intermediateSize,
                        fields.integer("n_layers", 1, LlamaConfig.MOST_LAYERS),
                        heads,
                        keyValueHeads.orElse(heads),
                        LlamaConfig.headSize(file, hiddenSize, heads),
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
        return withSource(config, source);
    }

    static LlamaConfig withSource(LlamaConfig config, ObjectNode source) {
        return new LlamaConfig(
                config.hiddenSize(),
                config.intermediateSize(),
                config.layers(),
                config.heads(),
                config.keyValueHeads(),
                config.headSize(),
                config.normEpsilon(),
                config.vocabularySize(),
                config.contextLength(),
                config.ropeTheta(),
                config.ropeScaling(),
                config.tiedEmbeddings(),
                config.dtype(),
                source,
                config.notes());
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
                    file, "the checkpoint's tensor " + name + " has shape " + shape);
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
        long twoThirds = 8L * hiddenSize / 3; // rounded down, as there
        long wide = (long) (multiplier * twoThirds);
        long expected = Math.ceilDiv(wide, multipleOf.getAsInt()) * multipleOf.getAsInt();
        if (expected != intermediateSize) {
            notes.add(
                    "params.json: multiple_of and ffn_dim_multiplier make an intermediate size of "
                            + expected
                            + " but w1 has "
                            + intermediateSize
                            + " rows, which count");
        }
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
}
