package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextRulerTest {
    @Test
    void textsThatFitStayWhole() {
        assertThat(TextRuler.shortened("llama-7b", 100)).isEqualTo("llama-7b");
    }

    @Test
    void longTextsKeepBothEnds() {
        String shorter = TextRuler.shortened("llama-2-70b-chat-hf-Q4_K_M.gguf", 130);
        assertThat(shorter).isEqualTo("llama-2…_M.gguf");
        assertThat(TextRuler.width(shorter)).isLessThanOrEqualTo(130);
    }

    @Test
    void charactersBeyondTheFirstPlaneAreNotTornApart() {
        assertThat(TextRuler.shortened("😀".repeat(40), 130)).matches("(😀)+…(😀)+");
    }

    @Test
    void whereNothingFitsAnEllipsisIsLeft() {
        assertThat(TextRuler.shortened("llama", 3)).isEqualTo("…");
    }
}
