package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextRulerTest {
    /// From the space to the tilde, in thousandths of the size: the widest that DejaVu Sans, Inter,
    /// Roboto, Liberation Sans (as wide as Arial) and Noto Sans draw each, measured in a browser.
    private static final int[] WIDEST = {
        318, 401, 474, 838, 638, 950, 780, 278, 390, 390, 500, 838, 318, 460, 318, 413,
        636, 636, 636, 636, 642, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 556,
        1015, 684, 686, 727, 770, 667, 611, 778, 752, 295, 552, 667, 562, 889, 753, 787,
        667, 787, 722, 667, 642, 741, 684, 989, 685, 667, 685, 390, 411, 390, 838, 559,
        606, 613, 635, 558, 635, 615, 361, 635, 634, 278, 278, 579, 284, 974, 634, 612,
        635, 635, 411, 523, 392, 634, 592, 818, 592, 592, 541, 636, 337, 636, 838
    };

    @Test
    void noKnownFontDrawsACharacterWider() {
        for (int i = 0; i < WIDEST.length; i++) {
            String character = Character.toString(' ' + i);
            assertThat(TextRuler.width(character))
                    .as(character)
                    .isGreaterThanOrEqualTo(TextRuler.SIZE * WIDEST[i] / 1000);
        }
    }

    @Test
    void theStyleSheetSetsTheSizeThatIsMeasured() {
        assertThat(Stylesheet.TEXT).contains("\ntext { font-size: 12px;");
        assertThat(TextRuler.SIZE).isEqualTo(12);
    }

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
