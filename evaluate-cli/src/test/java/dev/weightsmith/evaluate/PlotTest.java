package dev.weightsmith.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void aNameIsNeverMarkup() {
        var plot = new Plot("x", "y", List.of(new Plot.Point(1, 1, "<b>&")), false);
        assertThat(plot.svg()).contains("&lt;b&gt;&amp;").doesNotContain("<b>");
    }

    @Test
    void onePointHasAPlaceToo() {
        assertThat(new Plot("x", "y", List.of(new Plot.Point(5, 0, "")), false).svg())
                .contains("<circle")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void namesOfPointsInOnePlaceStandBelowEachOther() {
        var point = new Plot.Point(1, 1, "name");
        String svg = new Plot("x", "y", List.of(point, point), false).svg();
        assertThat(svg).contains("y=\"189.0\">name", "y=\"205.0\">name");
    }

    @Test
    void axesCountInRoundSteps() {
        var plot =
                new Plot(
                        "x",
                        "y",
                        List.of(new Plot.Point(0, 3.1, ""), new Plot.Point(100, 3.4, "")),
                        true);
        assertThat(plot.svg()).contains(">3.1<", ">3.2<", ">50<", ">100<");
    }
}
