package dev.weightsmith.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Which files are parts of a model, by their names.
final class ModelFiles {
    private static final List<String> WEIGHTS =
            List.of(".safetensors", ".bin", ".pth", ".pt", ".ckpt", ".gguf");
    private static final List<String> TEXTS =
            List.of(".json", ".model", ".jinja", ".txt", ".py", ".jsonl");

    private ModelFiles() {}

    static boolean isWeights(String name) {
        return endsWithOneOf(WEIGHTS, name);
    }

    /// Whether who reads the model in a folder may read this file of it. GGUF files are models by
    /// themselves, and stand in folders of others.
    static boolean isRead(Path file) {
        String name = String.valueOf(file.getFileName());
        return endsWithOneOf(TEXTS, name)
                || (isWeights(name) && !endsWithOneOf(List.of(".gguf"), name));
    }

    private static boolean endsWithOneOf(List<String> endings, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return endings.stream().anyMatch(lower::endsWith);
    }
}
