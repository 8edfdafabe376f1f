package dev.weightsmith.architecture;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a tensor does in a model. Each role has the name that llama.cpp gives it in every family.
public enum Role {
    EMBEDDING("token_embd"),
    /// The matrix that makes logits, `lm_head`.
    OUTPUT("output"),
    QUERY("attn_q"),
    KEY("attn_k"),
    VALUE("attn_v"),
    ATTENTION_OUTPUT("attn_output"),
    GATE("ffn_gate"),
    UP("ffn_up"),
    DOWN("ffn_down"),
    /// Before attention.
    ATTENTION_NORM("attn_norm"),
    /// Before the feed-forward block.
    FEED_FORWARD_NORM("ffn_norm"),
    /// After the last layer.
    OUTPUT_NORM("output_norm"),
    /// What is in no table: biases, and the frequencies of rotary positions.
    OTHER("");

    private static final Pattern WEIGHT = Pattern.compile("(?:blk\\.\\d+\\.)?([a-z_]+)\\.weight");

    private final String gguf;

    Role(String gguf) {
        this.gguf = gguf;
    }

    /// The role of the tensor with that name in a GGUF file.
    public static Role of(String name) {
        Matcher matcher = WEIGHT.matcher(name);
        return matcher.matches()
                ? Arrays.stream(values())
                        .filter(role -> role.gguf.equals(matcher.group(1)))
                        .findFirst()
                        .orElse(OTHER)
                : OTHER;
    }

    /// Its name in a GGUF file, without layer and ending.
    public String gguf() {
        return gguf;
    }

    /// Whether it is a matrix, which multiplies; norms scale.
    public boolean isMatrix() {
        return this != OTHER && !gguf.endsWith("_norm");
    }
}
