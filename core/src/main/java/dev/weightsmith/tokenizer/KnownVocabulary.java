package dev.weightsmith.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/// The vocabularies by whose size a file is recognised (docs/specs/adapters.md#vocabulary-rule).
public enum KnownVocabulary {
    LLAMA(32000, "LLaMA", ""),
    CHINESE_LLAMA(49953, "Chinese-LLaMA", ""),
    CHINESE_ALPACA(49954, "Chinese-Alpaca", "alpaca"),
    SECOND_GENERATION(55296, "Chinese-LLaMA-2 and Chinese-Alpaca-2", "llama2");

    private final long size;
    private final String title;
    private final String chatTemplate;

    KnownVocabulary(long size, String title, String chatTemplate) {
        this.size = size;
        this.title = title;
        this.chatTemplate = chatTemplate;
    }

    public static Optional<KnownVocabulary> ofSize(long size) {
        return Arrays.stream(values()).filter(known -> known.size == size).findFirst();
    }

    /// The family of models that has it.
    public String title() {
        return title;
    }

    /// The built-in template of the chat models that have it; empty where there are none.
    public Optional<String> chatTemplate() {
        return Optional.of(chatTemplate).filter(name -> !name.isEmpty());
    }

    /// For example `49953 (Chinese-LLaMA)`, or the number alone.
    public static String describe(long size) {
        return size + ofSize(size).map(known -> " (" + known.title + ")").orElse("");
    }

    /// For example `Chinese-LLaMA (49953 pieces)`, or the number of pieces alone.
    static String name(long size) {
        String pieces = size + " pieces";
        return ofSize(size).map(known -> known.title + " (" + pieces + ")").orElse(pieces);
    }
}
