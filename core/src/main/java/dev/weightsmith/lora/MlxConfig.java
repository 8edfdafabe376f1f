package dev.weightsmith.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;
import java.util.Optional;

/// What mlx-lm's `adapter_config.json` says: among the options of the training run, how strong the
/// deltas are.
///
/// MLX multiplies rows of activations by `lora_a` [columns, rank] and `lora_b` [rank, rows], so
/// that a weight changes by `scale · (lora_a · lora_b)ᵀ`.
///
/// @param scale the factor of every delta
/// @param model what the adapter was trained on
record MlxConfig(int rank, double scale, Optional<String> model) {
    private static final String PARAMETERS = "lora_parameters";

    /// Whether a configuration is MLX's and not PEFT's.
    static boolean isIn(ObjectNode object) {
        return !object.has("peft_type") && object.has(PARAMETERS);
    }

    static MlxConfig of(Path file, ObjectNode object) throws FileException {
        String type = object.path("fine_tune_type").asText("lora");
        if (!type.equals("lora")) {
            throw unsupported(
                    file, "'fine_tune_type' is %s, expected lora".formatted(Printable.name(type)));
        }
        JsonNode rank = object.path(PARAMETERS).path("rank");
        if (!rank.isIntegralNumber()
                || !rank.canConvertToInt()
                || rank.intValue() < 1
                || rank.intValue() > LoraConfig.HIGHEST_RANK) {
            throw malformed(
                    file, "rank", rank, "a whole number from 1 to " + LoraConfig.HIGHEST_RANK);
        }
        JsonNode scale = object.path(PARAMETERS).path("scale");
        if (!scale.isNumber() || !Float.isFinite((float) scale.doubleValue())) {
            throw malformed(file, "scale", scale, "a number");
        }
        JsonNode alpha = object.path(PARAMETERS).path("alpha");
        if (alpha.isNumber() && alpha.doubleValue() != rank.intValue()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file,
                                    "'%s' holds alpha %s beside rank %s: mlx-lm has multiplied the scale by their quotient in its first versions, and ignores it since"
                                            .formatted(PARAMETERS, alpha, rank))
                            .withHint("write the scale that is meant and remove alpha"));
        }
        return new MlxConfig(
                rank.intValue(),
                scale.doubleValue(),
                Optional.of(object.path("model").asText("")).filter(name -> !name.isBlank()));
    }

    private static FileException unsupported(Path file, String message) {
        return new FileException(
                Problem.of(ErrorKind.UNSUPPORTED, file, message)
                        .withHint("fuse this adapter with mlx_lm.fuse, then convert the result"));
    }

    private static FileException malformed(Path file, String key, JsonNode found, String expected) {
        return FileException.malformed(
                file,
                "'%s' of %s is %s, expected %s"
                        .formatted(
                                key,
                                PARAMETERS,
                                found.isMissingNode()
                                        ? "missing"
                                        : Printable.text(found.toString()),
                                expected));
    }
}
