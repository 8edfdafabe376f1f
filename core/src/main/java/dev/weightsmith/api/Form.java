package dev.weightsmith.api;

/// The forms in which a model can be written.
public enum Form {
    /// A Hugging Face folder of safetensors.
    HUGGING_FACE,
    /// A Hugging Face folder of PyTorch files.
    HUGGING_FACE_BIN,
    /// Meta's `consolidated.NN.pth` and `params.json`.
    META,
    /// Files for llama.cpp.
    GGUF
}
