package dev.weightsmith.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Writes models of one layer, four columns and a few tokens, and adapters for them.
final class SmallModel {
    static final String QUERY = "model.layers.0.self_attn.q_proj";
    static final int TOKENS = 8;

    private SmallModel() {}

    /// A Hugging Face folder with a tokenizer for its tokens.
    static Path huggingFace(Path folder, int tokens) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config(tokens));
        Files.write(folder.resolve("tokenizer.model"), tokenizer(tokens));
        Files.write(folder.resolve("model.safetensors"), safetensors(tensors(tokens), 0.5f));
        return folder;
    }

    static String config(int tokens) {
        return """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4,
         "intermediate_size": 6, "num_hidden_layers": 1, "num_attention_heads": 2,
         "rms_norm_eps": 1e-5, "max_position_embeddings": 64, "vocab_size": %d}
        """
                .formatted(tokens);
    }

    /// Names and shapes of the model's tensors.
    static SequencedMap<String, List<Integer>> tensors(int tokens) {
        var tensors = new LinkedHashMap<String, List<Integer>>();
        tensors.put("model.embed_tokens.weight", List.of(tokens, 4));
        for (String projection : List.of("q", "k", "v", "o")) {
            tensors.put("model.layers.0.self_attn." + projection + "_proj.weight", List.of(4, 4));
        }
        tensors.put("model.layers.0.mlp.gate_proj.weight", List.of(6, 4));
        tensors.put("model.layers.0.mlp.up_proj.weight", List.of(6, 4));
        tensors.put("model.layers.0.mlp.down_proj.weight", List.of(4, 6));
        tensors.put("model.layers.0.input_layernorm.weight", List.of(4));
        tensors.put("model.layers.0.post_attention_layernorm.weight", List.of(4));
        tensors.put("model.norm.weight", List.of(4));
        tensors.put("lm_head.weight", List.of(tokens, 4));
        return tensors;
    }

    /// An adapter of rank 2 for the query projection.
    static Path adapter(Path folder) throws IOException {
        return adapter(folder, pair(4));
    }

    /// The same with an embedding, an lm_head and a tokenizer of its own.
    static Path adapter(Path folder, int tokens) throws IOException {
        var tensors = pair(4);
        tensors.put("base_model.model.model.embed_tokens.weight", List.of(tokens, 4));
        tensors.put("base_model.model.lm_head.weight", List.of(tokens, 4));
        adapter(folder, tensors);
        Files.write(folder.resolve("tokenizer.model"), tokenizer(tokens));
        return folder;
    }

    static Path adapter(Path folder, SequencedMap<String, List<Integer>> tensors)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("adapter_config.json"),
                """
                {"peft_type": "LORA", "r": 2, "lora_alpha": 4,
                 "modules_to_save": ["embed_tokens", "lm_head"]}
                """);
        Files.write(folder.resolve("adapter_model.safetensors"), safetensors(tensors, 0.25f));
        return folder;
    }

    static SequencedMap<String, List<Integer>> pair(int columns) {
        var tensors = new LinkedHashMap<String, List<Integer>>();
        tensors.put("base_model.model." + QUERY + ".lora_A.weight", List.of(2, columns));
        tensors.put("base_model.model." + QUERY + ".lora_B.weight", List.of(4, 2));
        return tensors;
    }

    /// A safetensors file of float32 tensors whose elements are all `value`.
    static byte[] safetensors(SequencedMap<String, List<Integer>> tensors, float value) {
        var entries = new LinkedHashMap<String, String>();
        int end = 0;
        for (var tensor : tensors.entrySet()) {
            int begin = end;
            end += 4 * tensor.getValue().stream().reduce(1, Math::multiplyExact);
            entries.put(tensor.getKey(), entry("F32", tensor.getValue(), begin, end));
        }
        var data = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.putFloat(value);
        }
        return safetensors(header(entries), data.array());
    }

    static byte[] safetensors(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    static String header(SequencedMap<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String entry(String type, List<? extends Number> shape, long begin, long end) {
        return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(type, shape, begin, end);
    }

    /// A SentencePiece model of so many pieces: the three special ones, then letters.
    static byte[] tokenizer(int pieces) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < pieces; i++) {
            String text =
                    i < 3
                            ? List.of("<unk>", "<s>", "</s>").get(i)
                            : Character.toString('a' + i - 3);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            // Field 1 is the text, field 3 the type: 2 unknown, 3 control, 1 normal.
            byte[] piece = Arrays.copyOf(new byte[] {0x0a, (byte) utf8.length}, utf8.length + 4);
            System.arraycopy(utf8, 0, piece, 2, utf8.length);
            piece[utf8.length + 2] = 0x18;
            piece[utf8.length + 3] = (byte) (i == 0 ? 2 : i < 3 ? 3 : 1);
            out.writeBytes(new byte[] {0x0a, (byte) piece.length});
            out.writeBytes(piece);
        }
        // trainer_spec.model_type: byte pair encoding
        out.writeBytes(new byte[] {0x12, 2, 0x18, 2});
        return out.toByteArray();
    }
}
