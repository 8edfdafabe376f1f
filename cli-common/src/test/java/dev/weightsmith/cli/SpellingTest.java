package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
    private static final List<String> KNOWN =
            List.of("merge", "convert", "inspect", "--format", "--lora", "--out", "-o", "-h");

    @ParameterizedTest
    @CsvSource({
        "mrege, merge", "covnert, convert", "inspct, inspect", "--fromat, --format",
        "--loras, --lora", "--frmat, --format", "--otu, --out", "Merge, merge"
    })
    void theNearestWordIsMeant(String typed, String meant) {
        assertThat(Spelling.closest(typed, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quantize", "--base", "help", "--zzz"})
    void farWordsAreNotGuessed(String typed) {
        assertThat(Spelling.closest(typed, KNOWN)).isEmpty();
    }
}
