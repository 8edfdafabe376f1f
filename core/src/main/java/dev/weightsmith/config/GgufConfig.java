package dev.weightsmith.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.architecture.Architectures;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.format.gguf.GgufValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A configuration out of the metadata of a GGUF file (docs/specs/gguf.md#keys,
/// docs/specs/gguf.md#rotary-scaling).
record GgufConfig(Path file, Map<String, GgufValue> metadata, Architecture architecture) {

    static ModelConfig read(Path file, Map<String, GgufValue> metadata, List<Float> ropeDivisors)
            throws FileException {
        var keys = new GgufConfig(file, metadata, architecture(file, metadata));
        keys.requireDense();
        int hiddenSize = keys.size("embedding_length");
        int heads = keys.size("attention.head_count");
        int headSize =
                keys.find("attention.key_length").isPresent()
                        ? keys.size("attention.key_length")
                        : ModelConfig.headSize(file, hiddenSize, heads);
        keys.requireSame("attention.value_length", headSize);
        keys.requireSame("rope.dimension_count", headSize);
        double theta =
                keys.find("rope.freq_base").isPresent() ? keys.positive("rope.freq_base") : 10000;
        var config =
                new ModelConfig(
                        keys.architecture,
                        hiddenSize,
                        keys.size("feed_forward_length"),
                        keys.integer("block_count", ModelConfig.MOST_LAYERS),
                        heads,
                        keys.find("attention.head_count_kv").isPresent()
                                ? keys.size("attention.head_count_kv")
                                : heads,
                        headSize,
                        keys.positive("attention.layer_norm_rms_epsilon"),
                        keys.vocabularySize(),
                        keys.integer("context_length", Integer.MAX_VALUE),
                        theta,
                        ropeDivisors.isEmpty()
                                ? keys.scaling()
                                : keys.scaling(ropeDivisors, headSize, theta),
                        false,
                        Optional.empty(),
                        JsonNodeFactory.instance.objectNode(),
                        List.of());
        config.requireConsistent(file);
        ObjectNode source = ConfigJson.derived(config);
        keys.putTokenId(source, "bos", "bos");
        keys.putTokenId(source, "eos", "eos");
        keys.putTokenId(source, "pad", "padding");
        return config.withSource(source);
    }

    private static Architecture architecture(Path file, Map<String, GgufValue> metadata)
            throws FileException {
        if (!metadata.containsKey("general.architecture")) {
            throw FileException.malformed(file, "general.architecture is missing");
        }
        String name =
                metadata.get("general.architecture") instanceof GgufValue.Text(String text)
                        ? text
                        : "";
        Optional<Architecture> known = Architectures.ofType(name);
        if (known.isEmpty()) {
            throw FileException.unsupported(
                    file,
                    "is of a model of architecture %s, expected %s"
                            .formatted(Printable.name(name), Architectures.types()));
        }
        return known.get();
    }

    private void requireDense() throws FileException {
        if (find("expert_count").isPresent() && number("expert_count") != 0) {
            throw FileException.unsupported(file, "is of a mixture of experts, expected LLaMA");
        }
    }

    private int vocabularySize() throws FileException {
        if (find("vocab_size").isPresent()) {
            return size("vocab_size");
        }
        if (find("tokenizer.ggml.tokens").orElseThrow(() -> missing("vocab_size"))
                        instanceof GgufValue.Texts(List<String> tokens)
                && !tokens.isEmpty()) {
            return tokens.size();
        }
        throw missing("vocab_size");
    }

    private RopeScaling scaling(List<Float> divisors, int headSize, double theta)
            throws FileException {
        if (divisors.size() != headSize / 2) {
            throw FileException.malformed(
                    file,
                    "rope_freqs.weight has %d elements, expected half the head size, %d"
                            .formatted(divisors.size(), headSize / 2));
        }
        for (float divisor : divisors) {
            if (!(divisor > 0) || !Float.isFinite(divisor)) {
                throw FileException.malformed(
                        file,
                        "rope_freqs.weight holds %s, expected numbers above 0".formatted(divisor));
            }
        }
        if (!(scaling() instanceof RopeScaling.None)) {
            throw FileException.unsupported(
                    file,
                    "has both rope_freqs.weight and %s, expected one"
                            .formatted(whole("rope.scaling")));
        }
        return RopeFrequencies.scaling(divisors, theta);
    }

    private RopeScaling scaling() throws FileException {
        OptionalDouble factor = optionalPositive("rope.scaling.factor");
        if (factor.isEmpty()) {
            // The key's name before August 2023.
            factor = optionalPositive("rope.scale_linear");
        }
        String type =
                find("rope.scaling.type").orElse(new GgufValue.Text("linear"))
                                instanceof GgufValue.Text(String name)
                        ? name
                        : "";
        OptionalDouble alpha = optionalPositive("rope.scaling.alpha");
        return switch (type) {
            case "none" ->
                    alpha.isPresent()
                            ? new RopeScaling.DynamicNtk(
                                    alpha.getAsDouble(), OptionalDouble.empty())
                            : new RopeScaling.None();
            case "linear" ->
                    factor.isPresent() && factor.getAsDouble() != 1
                            ? new RopeScaling.Linear(factor.getAsDouble())
                            : new RopeScaling.None();
            case "yarn" ->
                    new RopeScaling.Yarn(
                            factor.orElse(1),
                            find("rope.scaling.original_context_length").isPresent()
                                    ? integer(
                                            "rope.scaling.original_context_length",
                                            Integer.MAX_VALUE)
                                    : integer("context_length", Integer.MAX_VALUE),
                            optionalPositive("rope.scaling.yarn_ext_factor"),
                            optionalPositive("rope.scaling.yarn_attn_factor"),
                            optionalPositive("rope.scaling.yarn_beta_fast"),
                            optionalPositive("rope.scaling.yarn_beta_slow"));
            default ->
                    throw FileException.unsupported(
                            file,
                            "%s is %s, expected none, linear or yarn"
                                    .formatted(whole("rope.scaling.type"), Printable.name(type)));
        };
    }

    private void putTokenId(ObjectNode source, String kind, String key) throws FileException {
        String name = "tokenizer.ggml." + key + "_token_id";
        if (find(name).isPresent()) {
            double id = number(name);
            if (id >= 0 && id <= Integer.MAX_VALUE) {
                source.put(kind + "_token_id", (int) id);
            }
        }
    }

    private void requireSame(String key, int headSize) throws FileException {
        if (find(key).isPresent() && number(key) != headSize) {
            throw FileException.unsupported(
                    file,
                    "%s is %s, expected the head size, %d"
                            .formatted(whole(key), number(key), headSize));
        }
    }

    /// @param key below the architecture's name, or with a prefix of its own
    private String whole(String key) {
        return key.startsWith("tokenizer.") ? key : architecture.type() + "." + key;
    }

    private Optional<GgufValue> find(String key) {
        return Optional.ofNullable(metadata.get(whole(key)));
    }

    private int size(String key) throws FileException {
        return integer(key, JsonFields.LARGEST_SIZE);
    }

    private int integer(String key, int most) throws FileException {
        double value = number(key);
        if (value != Math.rint(value) || value < 1 || value > most) {
            throw FileException.malformed(
                    file,
                    "%s is %s, expected a whole number from 1 to %d"
                            .formatted(whole(key), value, most));
        }
        return (int) value;
    }

    private OptionalDouble optionalPositive(String key) throws FileException {
        return find(key).isPresent() ? OptionalDouble.of(positive(key)) : OptionalDouble.empty();
    }

    private double positive(String key) throws FileException {
        double value = number(key);
        if (!(value > 0) || !Double.isFinite(value)) {
            throw FileException.malformed(
                    file, "%s is %s, expected a number above 0".formatted(whole(key), value));
        }
        return value;
    }

    /// The value of a numeric key; exact for whole numbers up to 2^53, far above every limit here.
    private double number(String key) throws FileException {
        return switch (find(key).orElseThrow(() -> missing(key))) {
            case GgufValue.U8(int value) -> value;
            case GgufValue.I8(byte value) -> value;
            case GgufValue.U16(int value) -> value;
            case GgufValue.I16(short value) -> value;
            case GgufValue.U32(long value) -> value;
            case GgufValue.I32(int value) -> value;
            case GgufValue.U64(long value) -> value < 0 ? 0x1p63 : (double) value;
            case GgufValue.I64(long value) -> (double) value;
            // 1e-5 as float32 is meant to be 1e-5, not 9.999999747378752e-6.
            case GgufValue.F32(float value) -> Double.parseDouble(Float.toString(value));
            case GgufValue.F64(double value) -> value;
            case GgufValue.Bool _,
                    GgufValue.Text _,
                    GgufValue.Texts _,
                    GgufValue.F32s _,
                    GgufValue.I32s _,
                    GgufValue.Values _ ->
                    throw FileException.malformed(file, whole(key) + " is no number");
        };
    }

    private FileException missing(String key) {
        return FileException.malformed(file, whole(key) + " is missing");
    }
}
