package dev.weightsmith.config;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Small configurations for tests.
public final class Configs {
    public static final Path FILE = Path.of("config.json");

    private Configs() {}

    /// The shape of the conformance data's tiny model.
    public static ObjectNode tinyJson() {
        return json(
                """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama",
                 "hidden_size": 64, "intermediate_size": 172, "num_hidden_layers": 5,
                 "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 512,
                 "rms_norm_eps": 1e-05, "max_position_embeddings": 512, "hidden_act": "silu",
                 "torch_dtype": "float16", "bos_token_id": 1, "eos_token_id": 2}
                """);
    }

    public static ModelConfig tiny() {
        try {
            return ConfigJson.read(FILE, tinyJson());
        } catch (FileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The tiny configuration with these fields put over its own.
    public static ModelConfig tinyWith(String fields) throws FileException {
        ObjectNode json = tinyJson();
        json.setAll(json(fields));
        return ConfigJson.read(FILE, json);
    }

    public static ObjectNode json(String text) {
        try {
            return (ObjectNode) new JsonMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
