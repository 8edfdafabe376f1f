package dev.weightsmith.lora;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the name of a tensor in an adapter says that it is (docs/specs/adapters.md#tensor-names).
sealed interface AdapterKey {
    /// The first, wide matrix of a module's delta.
    ///
    /// @param transposed whether it lies columns × rank, as MLX keeps it
    record LoraA(String module, boolean transposed) implements AdapterKey {}

    /// The second, tall matrix of a module's delta.
    ///
    /// @param transposed whether it lies rank × rows, as MLX keeps it
    record LoraB(String module, boolean transposed) implements AdapterKey {}

    /// A module's weight as a whole.
    record Whole(String module) implements AdapterKey {}

    /// The weight that a module had before training. PEFT saves those of the vocabulary, which may
    /// have been resized.
    record Base(String module) implements AdapterKey {}

    /// Something else.
    ///
    /// @param what its name among users
    record Other(String what) implements AdapterKey {}

    /// Modules that torch.compile, FSDP, activation checkpointing and DeepSpeed put around others.
    Set<String> WRAPPERS =
            Set.of(
                    "_orig_mod",
                    "_fsdp_wrapped_module",
                    "_checkpoint_wrapped_module",
                    "_forward_module");

    /// The module that DistributedDataParallel puts around the whole model.
    String PARALLEL = "module.";

    static AdapterKey of(String name) {
        String path = withoutPrefix(unwrapped(name), "base_model.model.");
        Optional<ForeignPart> foreign = ForeignPart.of(path);
        if (foreign.isPresent()) {
            return new Other(foreign.get().what());
        }
        if (path.contains("lora_embedding_") || path.matches(".*embed_tokens\\.lora_[ab]")) {
            return new Other("LoRA of an embedding");
        }
        if (path.endsWith(".lora_a")) {
            return new LoraA(withoutSuffix(path, ".lora_a"), true);
        }
        if (path.endsWith(".lora_b")) {
            return new LoraB(withoutSuffix(path, ".lora_b"), true);
        }
        if (path.endsWith(".weight")) {
            path = withoutSuffix(withoutSuffix(path, ".weight"), ".default");
            if (path.endsWith(".lora_A")) {
                return new LoraA(withoutSuffix(path, ".lora_A"), false);
            }
            if (path.endsWith(".lora_B")) {
                return new LoraB(withoutSuffix(path, ".lora_B"), false);
            }
            path = withoutSuffix(path, ".modules_to_save");
        }
        // The second is MLX's.
        if (path.contains("lora_magnitude_vector") || path.endsWith("_proj.m")) {
            return new Other("DoRA");
        }
        if (path.contains("trainable_tokens")) {
            return new Other("trainable tokens");
        }
        if (path.endsWith(".bias")) {
            return new Other("a bias");
        }
        if (path.endsWith("embed_tokens.base_layer") || path.equals("lm_head.base_layer")) {
            return new Base(withoutSuffix(path, ".base_layer"));
        }
        if (path.contains("base_layer") || path.endsWith(".original_module")) {
            return new Other("a copy of the base");
        }
        if (path.contains("flat_param")) {
            return new Other("parameters that FSDP has flattened");
        }
        if (name.endsWith(".weight") && !path.contains("lora_")) {
            return new Whole(path);
        }
        return new Other("unknown");
    }

    private static String unwrapped(String name) {
        String path =
                Arrays.stream(name.split("\\.", -1))
                        .filter(part -> !WRAPPERS.contains(part))
                        .collect(Collectors.joining("."));
        return withoutPrefix(path, PARALLEL);
    }

    private static String withoutPrefix(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    private static String withoutSuffix(String name, String suffix) {
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }
}
