package dev.weightsmith.merge;

import java.nio.file.Path;
import java.util.Locale;

/// The forms in which models are written.
public enum Format {
    /// A Hugging Face folder of safetensors.
    HF("hf"),
    /// A Hugging Face folder of PyTorch files.
    HF_BIN("hf-bin"),
    /// Meta's `consolidated.NN.pth`.
    META("meta"),
    /// Files for llama.cpp.
    GGUF("gguf");

    private final String option;

    Format(String option) {
        this.option = option;
    }

    /// The form that an output's name asks for.
    static Format of(Path out) {
        return isGgufName(out) ? GGUF : HF;
    }

    public static boolean isGgufName(Path out) {
        return out.toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    /// As written on the command line.
    @Override
    public String toString() {
        return option;
    }
}
