package dev.weightsmith.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.pattern.StepBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an `adapter_config.json` says of the deltas: rank, alpha and how they become a scale.
///
/// Keys that would change the result in a way that is not built are refused by name
/// (docs/specs/adapters.md#configuration-keys).
public final class LoraConfig {
    /// Ranks in use end at a few hundred.
    static final int HIGHEST_RANK = 1 << 16;

    private static final int MOST_PATTERNS = 1 << 16;

    private static final String WAY_OUT =
            "merge this adapter with PEFT's merge_and_unload, then convert the result";

    /// Tasks of models that answer with classes or places instead of text.
    private static final Set<String> CLASSIFYING = Set.of("SEQ_CLS", "TOKEN_CLS", "QUESTION_ANS");

    private final Path file;
    private final int rank;
    private final double alpha;
    private final boolean rankStabilized;
    private final boolean fanInFanOut;
    private final boolean ensureWeightTying;
    private final List<ForModules<Integer>> ranks;
    private final List<ForModules<Double>> alphas;
    private final List<String> modulesToSave;
    private final Optional<String> baseModel;

    /// MLX says the factor itself.
    private final Optional<MlxConfig> mlx;

    private final StepBudget budget = new StepBudget();

    /// A value for the modules that a pattern matches.
    private record ForModules<T>(ModulePattern pattern, T value) {}

    private LoraConfig(Path file, ObjectNode object) throws IOException {
        this.file = file;
        requireFiniteNumbers(object);
        requireLora(object);
        requireSupported(object);
        rank = rank("r", required(object, "r"));
        alpha = number("lora_alpha", required(object, "lora_alpha"));
        rankStabilized = flag(object, "use_rslora");
        fanInFanOut = flag(object, "fan_in_fan_out");
        ensureWeightTying = flag(object, "ensure_weight_tying");
        ranks = overrides(object, "rank_pattern", this::rank);
        alphas = overrides(object, "alpha_pattern", this::number);
        modulesToSave = texts(object, "modules_to_save");
        baseModel = text(object, "base_model_name_or_path").filter(name -> !name.isBlank());
        mlx = Optional.empty();
        requireFiniteScale(alpha, rank);
    }

    private LoraConfig(Path file, MlxConfig mlx) {
        this.file = file;
        this.mlx = Optional.of(mlx);
        rank = mlx.rank();
        alpha = mlx.scale() * mlx.rank();
        rankStabilized = false;
        fanInFanOut = false;
        ensureWeightTying = false;
        ranks = List.of();
        alphas = List.of();
        modulesToSave = List.of();
        baseModel = mlx.model();
    }

    /// Reads and checks a configuration.
    ///
    /// @throws FileException if it is malformed, or asks for what is not supported: then the
    ///   message names every key that does
    public static LoraConfig read(Path file) throws IOException {
        ObjectNode object = StrictJson.readObject(file);
        return MlxConfig.isIn(object)
                ? new LoraConfig(file, MlxConfig.of(file, object))
                : new LoraConfig(file, object);
    }

    public Path file() {
        return file;
    }

    /// The rank of modules that no pattern names.
    public int rank() {
        return rank;
    }

    /// The alpha of modules that no pattern names.
    public double alpha() {
        return alpha;
    }

    /// Whether the scale is alpha / √rank instead of alpha / rank (`use_rslora`).
    public boolean rankStabilized() {
        return rankStabilized;
    }

    /// Whether the configuration says that weights lie columns first. PEFT follows that for
    /// `Conv1D`, which no LLaMA has, and sets it back for linear layers: it changes nothing here.
    public boolean fanInFanOut() {
        return fanInFanOut;
    }

    /// Whether a model that ties its lm_head to its embedding is to do so with what the adapter
    /// brings for either.
    public boolean ensureWeightTying() {
        return ensureWeightTying;
    }

    /// Whether the adapter was made by MLX and not by PEFT.
    boolean isMlx() {
        return mlx.isPresent();
    }

    /// What to do with an adapter that is not supported.
    String wayOut() {
        return isMlx() ? "fuse this adapter with mlx_lm.fuse, then convert the result" : WAY_OUT;
    }

    /// The modules that were trained whole, as ends of their paths.
    public List<String> modulesToSave() {
        return modulesToSave;
    }

    /// What the adapter says it was trained on. Only to be shown: it is never opened or followed.
    public Optional<String> baseModel() {
        return baseModel;
    }

    /// The rank of the module at `path`, for example `model.layers.0.self_attn.q_proj`.
    public int rank(String path) throws FileException {
        return override(ranks, path).orElse(rank);
    }

    /// The factor of the module's delta.
    ///
    /// PEFT divides in float64 and multiplies a float32 tensor by the quotient, which rounds it to
    /// float32 first.
    public float scale(String path) throws FileException {
        if (mlx.isPresent()) {
            return (float) mlx.get().scale();
        }
        double alphaHere = override(alphas, path).orElse(alpha);
        int rankHere = rank(path);
        requireFiniteScale(alphaHere, rankHere);
        return scale(alphaHere, rankHere);
    }

    /// Whether the module at `path`, or one that holds it, is in `modules_to_save`.
    boolean isSavedWhole(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            String holder = path.substring(0, end);
            if (modulesToSave.stream().anyMatch(holder::endsWith)) {
                return true;
            }
        }
        return false;
    }

    private float scale(double alphaHere, int rankHere) {
        return (float) (alphaHere / (rankStabilized ? Math.sqrt(rankHere) : rankHere));
    }

    /// The first pattern that matches wins, as in PEFT.
    private <T> Optional<T> override(List<ForModules<T>> overrides, String path)
            throws FileException {
        try {
            for (var candidate : overrides) {
                if (candidate.pattern().matches(path, budget)) {
                    return Optional.of(candidate.value());
                }
            }
            return Optional.empty();
        } catch (StepBudget.Exhausted e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.LIMIT,
                                    file,
                                    "rank_pattern and alpha_pattern take too long to match "
                                            + Printable.name(path))
                            .withHint("replace nested repetitions such as '(a+)+' by plain names"),
                    e);
        }
    }

    private void requireLora(ObjectNode object) throws FileException {
        JsonNode type = required(object, "peft_type");
        if (!type.isTextual()) {
            throw malformed("peft_type", type, "a text");
        }
        if (!type.textValue().equals("LORA")) {
            throw FileException.unsupported(
                    file,
                    "'peft_type' is %s, expected LORA".formatted(Printable.name(type.textValue())));
        }
    }

    private void requireSupported(ObjectNode object) throws FileException {
        String task = object.path("task_type").asText("");
        if (CLASSIFYING.contains(task)) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file,
                                    "'task_type' is %s: the adapter of a classifier, expected that of a language model (CAUSAL_LM)"
                                            .formatted(task))
                            .withHint(WAY_OUT));
        }
        String unsupported =
                object.properties().stream()
                        .filter(entry -> ConfigKeys.isUnsupported(entry.getKey(), entry.getValue()))
                        .map(entry ->
                                "%s is %s"
                                        .formatted(
                                                Printable.name(entry.getKey()),
                                                Printable.text(entry.getValue().toString())))
                        .collect(Collectors.joining(", "));
        if (!unsupported.isEmpty()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file,
                                    "asks for what is not supported: " + unsupported)
                            .withHint(WAY_OUT));
        }
    }

    /// Jackson reads `1e400` as infinity, JSON knows no such number.
    private void requireFiniteNumbers(JsonNode node) throws FileException {
        if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
            throw FileException.malformed(file, "holds a number beyond the range of float64");
        }
        for (JsonNode child : node) {
            requireFiniteNumbers(child);
        }
    }

    private void requireFiniteScale(double alphaHere, int rankHere) throws FileException {
        if (!Float.isFinite(scale(alphaHere, rankHere))) {
            throw FileException.malformed(
                    file, "alpha %s over rank %d is beyond float32".formatted(alphaHere, rankHere));
        }
    }

    private JsonNode required(ObjectNode object, String key) throws FileException {
        JsonNode value = object.get(key);
        if (value == null) {
            throw FileException.malformed(file, "'%s' is missing".formatted(key));
        }
        return value;
    }

    private Optional<JsonNode> optional(ObjectNode object, String key) {
        @Nullable JsonNode value = object.get(key);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private int rank(String key, JsonNode value) throws FileException {
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 1
                || value.intValue() > HIGHEST_RANK) {
            throw malformed(key, value, "a whole number from 1 to " + HIGHEST_RANK);
        }
        return value.intValue();
    }

    private double number(String key, JsonNode value) throws FileException {
        if (!value.isNumber()) {
            throw malformed(key, value, "a number");
        }
        return value.doubleValue();
    }

    private boolean flag(ObjectNode object, String key) throws FileException {
        JsonNode value = optional(object, key).orElse(null);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw malformed(key, value, "true or false");
        }
        return value.booleanValue();
    }

    private Optional<String> text(ObjectNode object, String key) throws FileException {
        JsonNode value = optional(object, key).orElse(null);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw malformed(key, value, "a text");
        }
        return Optional.of(value.textValue());
    }

    private List<String> texts(ObjectNode object, String key) throws FileException {
        JsonNode value = optional(object, key).orElse(null);
        if (value == null) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        for (JsonNode element : value) {
            if (!element.isTextual() || element.textValue().isEmpty()) {
                throw malformed(key, element, "a list of names");
            }
            texts.add(element.textValue());
        }
        if (!value.isArray()) {
            throw malformed(key, value, "a list of names");
        }
        return List.copyOf(texts);
    }

    private interface Reader<T> {
        T read(String key, JsonNode value) throws FileException;
    }

    private <T> List<ForModules<T>> overrides(ObjectNode object, String key, Reader<T> reader)
            throws FileException {
        JsonNode patterns = optional(object, key).orElse(null);
        if (patterns == null) {
            return List.of();
        }
        if (!patterns.isObject()) {
            throw malformed(key, patterns, "an object");
        }
        if (patterns.size() > MOST_PATTERNS) {
            throw FileException.overLimit(
                    file, "'%s' holds %d patterns".formatted(key, patterns.size()));
        }
        var overrides = new ArrayList<ForModules<T>>();
        for (var entry : patterns.properties()) {
            T value = reader.read(key, entry.getValue());
            try {
                overrides.add(new ForModules<>(ModulePattern.of(entry.getKey()), value));
            } catch (IllegalArgumentException e) {
                throw FileException.unsupported(
                        file,
                        "'" + key + "': " + Printable.name(entry.getKey()) + " " + e.getMessage());
            }
        }
        return List.copyOf(overrides);
    }

    private FileException malformed(String key, JsonNode found, String expected) {
        return FileException.malformed(
                file,
                "'%s' is %s, expected %s"
                        .formatted(key, Printable.text(found.toString()), expected));
    }
}
