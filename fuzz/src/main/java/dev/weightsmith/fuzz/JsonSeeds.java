package dev.weightsmith.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// Small texts that are read: configurations, indexes of shards, check lists.
final class JsonSeeds {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private JsonSeeds() {}

    static List<byte[]> shardIndexes() {
        return texts(
                """
                {"metadata": {"total_size": 40},
                 "weight_map": {"a": "model-00001-of-00001.safetensors",
                  "b": "model-00001-of-00001.safetensors",
                  "c": "model-00001-of-00001.safetensors",
                  "d": "model-00001-of-00001.safetensors"}}
                """);
    }

    static List<byte[]> checkLists() {
        return texts(
                """
                # a comment
                %1$s  config.json
                \\%1$s *with\\nline.bin

                %1$s  ../tokenizer.model\r
                """
                        .formatted(DIGEST),
                """
                SHA256 (model (1).safetensors) = %1$s
                SHA2-256(params.json)= %1$s
                %1$s one space
                """
                        .formatted(DIGEST));
    }

    static List<byte[]> configs() {
        return texts(
                """
                {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
                 "hidden_size": 8, "intermediate_size": 24, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 32,
                 "rms_norm_eps": 1e-05, "max_position_embeddings": 64, "rope_theta": 10000.0,
                 "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                  "high_freq_factor": 4.0, "original_max_position_embeddings": 16},
                 "torch_dtype": "float16", "bos_token_id": 1, "eos_token_id": [2, 3],
                 "tie_word_embeddings": false}
                """,
                """
                {"model_type": "llama", "hidden_size": 8, "intermediate_size": 24, "head_dim": 4,
                 "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 32,
                 "rms_norm_eps": 0.00001, "max_sequence_length": 64,
                 "rope_scaling": {"type": "linear", "factor": 2}, "rope_theta": 1e6}
                """);
    }

    static List<byte[]> params() {
        return texts(
                """
                {"dim": 8, "multiple_of": 8, "n_heads": 2, "n_kv_heads": 1, "n_layers": 1,
                 "norm_eps": 1e-05, "vocab_size": -1, "ffn_dim_multiplier": 1.3,
                 "rope_theta": 500000.0, "max_seq_len": 128}
                """);
    }

    static List<byte[]> adapterConfigs() {
        return texts(
                """
                {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 2, "lora_alpha": 4,
                 "target_modules": ["q_proj", "v_proj"], "lora_dropout": 0.05, "bias": "none",
                 "base_model_name_or_path": "llama-7b", "fan_in_fan_out": false}
                """,
                """
                {"peft_type": "LORA", "r": 2, "lora_alpha": 16.5, "use_rslora": true,
                 "rank_pattern": {"q_proj": 4, "^model\\\\.layers\\\\.[0-3]\\\\..*": 8},
                 "alpha_pattern": {"(k|v)_proj": 32}, "modules_to_save": ["lm_head"]}
                """,
                """
                {"fine_tune_type": "lora", "num_layers": 4, "model": "llama-7b",
                 "lora_parameters": {"rank": 2, "scale": 20.0, "dropout": 0.0, "keys": ["q_proj"]}}
                """);
    }

    private static List<byte[]> texts(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }
}
