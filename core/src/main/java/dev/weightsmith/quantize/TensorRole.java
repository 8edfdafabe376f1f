package dev.weightsmith.quantize;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a tensor does in a LLaMA model, told from its GGUF name.
public enum TensorRole {
    EMBEDDING("token_embd"),
    OUTPUT("output"),
    QUERY("attn_q"),
    KEY("attn_k"),
    VALUE("attn_v"),
    ATTENTION_OUTPUT("attn_output"),
    GATE("ffn_gate"),
    UP("ffn_up"),
    DOWN("ffn_down"),
    OTHER("");

    private static final Pattern NAME = Pattern.compile("(?:blk\\.\\d+\\.)?([a-z_]+)\\.weight");

    private final String part;

    TensorRole(String part) {
        this.part = part;
    }

    /// Its name in a GGUF file, without layer and ending; empty for those that have none in common.
    public String part() {
        return part;
    }

    public static TensorRole of(String name) {
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            for (TensorRole role : values()) {
                if (role.part.equals(matcher.group(1))) {
                    return role;
                }
            }
        }
        return OTHER;
    }
}
