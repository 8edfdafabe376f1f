package dev.weightsmith.architecture;

/// Who names tensors in a way of their own (docs/specs/gguf.md#tensor-names). Inside Weightsmith a
/// tensor has its Hugging Face name.
public enum World {
    /// `model.layers.0.self_attn.q_proj.weight`
    HUGGING_FACE("model.layers."),
    /// `layers.0.attention.wq.weight`
    META("layers."),
    /// `blk.0.attn_q.weight`
    GGUF("blk.");

    private final String layers;

    World(String layers) {
        this.layers = layers;
    }

    /// What stands before the number of a layer.
    String layers() {
        return layers;
    }
}
