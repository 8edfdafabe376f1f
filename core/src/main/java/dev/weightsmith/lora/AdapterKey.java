package dev.weightsmith.lora;

/// What the name of a tensor in an adapter says that it is (specs: LoRA adapters).
sealed interface AdapterKey {
    /// The first, wide matrix of a module's delta.
    record LoraA(String module) implements AdapterKey {}

    /// The second, tall matrix of a module's delta.
    record LoraB(String module) implements AdapterKey {}

    /// A module's weight as a whole.
    record Whole(String module) implements AdapterKey {}

    /// Something else.
    ///
    /// @param what its name among users
    record Other(String what) implements AdapterKey {}

    static AdapterKey of(String name) {
        String path = withoutPrefix(name, "base_model.model.");
        if (path.endsWith(".weight")) {
            path = withoutSuffix(withoutSuffix(path, ".weight"), ".default");
            if (path.endsWith(".lora_A")) {
                return new LoraA(withoutSuffix(path, ".lora_A"));
            }
            if (path.endsWith(".lora_B")) {
                return new LoraB(withoutSuffix(path, ".lora_B"));
            }
        }
        if (path.contains("lora_embedding_")) {
            return new Other("LoRA of an embedding");
        }
        if (path.contains("lora_magnitude_vector")) {
            return new Other("DoRA");
        }
        if (path.contains("trainable_tokens")) {
            return new Other("trainable tokens");
        }
        if (path.contains("base_layer")) {
            return new Other("a copy of the base");
        }
        if (path.endsWith(".bias")) {
            return new Other("a bias");
        }
        if (name.endsWith(".weight") && !path.contains("lora_")) {
            return new Whole(path);
        }
        return new Other("unknown");
    }

    private static String withoutPrefix(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    private static String withoutSuffix(String name, String suffix) {
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }
}
