package dev.weightsmith.lora;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/// Which keys of an `adapter_config.json` may stand there without being followed.
///
/// A key that could change the result must never be ignored
/// (docs/specs/adapters.md#configuration-keys): what is in neither list is let through only where
/// its value says "not used".
final class ConfigKeys {
    /// Read by [LoraConfig].
    private static final Set<String> READ =
            Set.of(
                    "peft_type",
                    "r",
                    "lora_alpha",
                    "ensure_weight_tying",
                    "fan_in_fan_out",
                    "use_rslora",
                    "rank_pattern",
                    "alpha_pattern",
                    "modules_to_save",
                    "bias",
                    "task_type",
                    "init_lora_weights",
                    "base_model_name_or_path");

    /// About training, about loading into PEFT, or about which modules have a delta, which the
    /// tensors say themselves.
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "auto_mapping",
                    "eva_config",
                    "exclude_modules",
                    "inference_mode",
                    "layers_pattern",
                    "layers_to_transform",
                    "lora_dropout",
                    "megatron_core",
                    "merge_weights",
                    "peft_version",
                    "qalora_group_size",
                    "revision",
                    "runtime_config",
                    "target_modules");

    /// Starting points that leave the base as it was.
    private static final Set<String> STARTS_THAT_KEEP_THE_BASE =
            Set.of("true", "false", "null", "gaussian", "orthogonal", "eva");

    private ConfigKeys() {}

    /// Whether following the value would need what is not built.
    static boolean isUnsupported(String key, JsonNode value) {
        if (key.equals("init_lora_weights")) {
            return !STARTS_THAT_KEEP_THE_BASE.contains(value.asText());
        }
        return !READ.contains(key) && !WITHOUT_EFFECT.contains(key) && !isUnused(value);
    }

    /// Null, false, and empty texts, lists and objects.
    private static boolean isUnused(JsonNode value) {
        return value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }
}
