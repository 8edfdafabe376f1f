package dev.weightsmith.lora;

import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Small adapters and models for tests: one layer's query projection, 6 rows of 4 columns.
final class Adapters {
    static final String QUERY = "model.layers.0.self_attn.q_proj";
    static final String CONFIG =
            """
            {"peft_type": "LORA", "r": 2, "lora_alpha": 4,
             "modules_to_save": ["embed_tokens", "lm_head"]}
            """;

    private Adapters() {}

    /// A sound pair for the query projection.
    static MemoryCheckpoint pair() {
        return new MemoryCheckpoint("adapter_model.safetensors")
                .with("base_model.model." + QUERY + ".lora_A.weight", 2, 4)
                .with("base_model.model." + QUERY + ".lora_B.weight", 6, 2);
    }

    /// The same with an embedding and lm_head of `rows` rows, all of `value`.
    static MemoryCheckpoint withVocabulary(long rows, float value) {
        return pair().with("base_model.model.model.embed_tokens.weight", DType.F32, value, rows, 4)
                .with("base_model.model.lm_head.weight", rows, 4);
    }

    /// Opens `weights` as the adapter in a new folder of that name.
    static LoraAdapter open(Path parent, String name, String config, MemoryCheckpoint weights)
            throws IOException {
        Path folder = Files.createDirectory(parent.resolve(name));
        Files.writeString(folder.resolve("adapter_config.json"), config);
        Files.createFile(folder.resolve("adapter_model.safetensors"));
        return LoraAdapter.open(folder, "adapter-1", path -> weights);
    }

    static LoraAdapter open(Path parent, String name, MemoryCheckpoint weights) throws IOException {
        return open(parent, name, CONFIG, weights);
    }

    /// A model that the adapters fit, in float16, with embedding and lm_head of `rows` rows.
    static SequencedMap<String, Recipe> model(long rows) {
        return new LinkedHashMap<>(readable(rows).recipes());
    }

    /// The same with its file.
    static Tensors readable(long rows) {
        return new MemoryCheckpoint("base")
                .with("model.embed_tokens.weight", DType.F16, 0.5f, rows, 4)
                .with(QUERY + ".weight", DType.F16, 1, 6, 4)
                .with("lm_head.weight", DType.F16, 1, rows, 4)
                .readable();
    }
}
