package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkupTest {
    @Test
    void anElementLeftOpenIsAMistake() {
        var out = new Markup().begin("p");
        assertThatThrownBy(out::toString).hasMessageContaining("still open: [p]");
    }

    @Test
    void aStyleSheetHoldsNoMarkup() {
        assertThatThrownBy(() -> new Markup().style("</style>"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.001, 0",
        "12, 12",
        "1.5, 1.5",
        "1.25, 1.25",
        "-1.05, -1.05",
        "0.005, 0.01"
    })
    void numbersHaveAtMostTwoDecimals(double value, String text) {
        assertThat(Markup.number(value)).isEqualTo(text);
    }
}
