package dev.weightsmith.architecture;

/// Who names tensors in a way of their own. Inside Weightsmith a tensor has its Hugging Face name.
public enum World {
    /// `model.layers.0.self_attn.q_proj.weight`
    HUGGING_FACE,
    /// `layers.0.attention.wq.weight`
    META,
    /// `blk.0.attn_q.weight`
    GGUF
}
