package dev.weightsmith.lora;

import java.util.Optional;

/// The vocabularies by whose size a file is recognised (specs: merge arithmetic).
enum Vocabulary {
    LLAMA(32000, "LLaMA or Llama 2"),
    CHINESE_LLAMA(49953, "Chinese-LLaMA"),
    CHINESE_ALPACA(49954, "Chinese-Alpaca"),
    SECOND_GENERATION(55296, "Chinese-LLaMA-2 or Chinese-Alpaca-2");

    private final long size;
    private final String title;

    Vocabulary(long size, String title) {
        this.size = size;
        this.title = title;
    }

    static Optional<Vocabulary> ofSize(long size) {
        for (var vocabulary : values()) {
            if (vocabulary.size == size) {
                return Optional.of(vocabulary);
            }
        }
        return Optional.empty();
    }

    /// For example `49953 (Chinese-LLaMA)`, or the number alone.
    static String describe(long size) {
        return size + ofSize(size).map(known -> " (" + known.title + ")").orElse("");
    }
}
