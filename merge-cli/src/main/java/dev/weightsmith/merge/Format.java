package dev.weightsmith.merge;

import java.nio.file.Path;
import java.util.Locale;

/// The forms in which models are written.
public enum Format {
    /// A Hugging Face folder of safetensors.
    HF,
    /// One file for llama.cpp.
    GGUF;

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
        return name().toLowerCase(Locale.ROOT);
    }
}
