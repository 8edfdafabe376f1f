package dev.weightsmith.digest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A folder's name taken as the name of a model: its words, without order, case and those that say
/// how the model is kept rather than which it is.
public record ModelWords(Set<String> words) {
    private static final Set<String> IGNORED =
            Set.of(
                    "lora",
                    "adapter",
                    "hf",
                    "pth",
                    "bin",
                    "meta",
                    "model",
                    "models",
                    "merged",
                    "original");

    public ModelWords {
        words = Set.copyOf(words);
    }

    public static ModelWords of(String name) {
        return new ModelWords(
                Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
                        .filter(word -> !word.isEmpty() && !IGNORED.contains(word))
                        // llama2 is llama-2.
                        .flatMap(word -> Arrays.stream(word.split("(?<=[a-z]{2})(?=[0-9])")))
                        // Meta calls 30B what everybody else calls 33B.
                        .map(word -> word.equals("30b") ? "33b" : word)
                        .collect(Collectors.toSet()));
    }

    /// These but for `others`.
    public ModelWords without(Set<String> others) {
        return new ModelWords(
                words.stream().filter(word -> !others.contains(word)).collect(Collectors.toSet()));
    }

    /// Whether they are the words of `model`. A model that is only a size, like `7B`, may also be
    /// called `llama`.
    boolean mean(String model) {
        Set<String> meant = of(model).words;
        if (words.equals(meant)) {
            return true;
        }
        return meant.size() == 1
                && words.size() == 2
                && words.contains("llama")
                && words.containsAll(meant);
    }
}
