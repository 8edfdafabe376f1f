package dev.weightsmith.job;

import dev.weightsmith.output.QuantizePlan;
import java.nio.file.Path;

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
    public static Format of(Path out) {
        return QuantizePlan.isGgufName(out) ? GGUF : HF;
    }

    /// As written on the command line.
    @Override
    public String toString() {
        return option;
    }
}
