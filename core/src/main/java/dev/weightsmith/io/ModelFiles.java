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
        return isText(file) || isPart(nameOf(file));
    }

    /// The same, of files without weights.
    static boolean isText(Path file) {
        return endsWithOneOf(TEXTS, nameOf(file));
    }

    /// Whether who reads this file also reads texts beside it.
    static boolean hasTexts(Path file) {
        return isPart(nameOf(file)) || endsWithOneOf(List.of(".index.json"), nameOf(file));
    }

    private static boolean isPart(String name) {
        return isWeights(name) && !endsWithOneOf(List.of(".gguf"), name);
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static boolean endsWithOneOf(List<String> endings, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return endings.stream().anyMatch(lower::endsWith);
    }
}
