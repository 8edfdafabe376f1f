package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.report.Chart.Mark;
import dev.weightsmith.report.Label.Anchor;
import dev.weightsmith.report.LabelSpace.Place;
import dev.weightsmith.report.Paint.Tone;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

/// Charts as a reader sees them, at every width of the page.
class ChartLabelsTest {
    private static final List<Integer> WIDTHS =
            List.of(272, 300, 350, 419, 420, 460, 600, 829, 830, 1000, 2000);

    static Stream<Chart> charts() {
        return Stream.of(
                        IntStream.range(0, 60).mapToObj(Samples::heap),
                        Stream.of(1, 2, 7, 32, 80, 126, 2000).map(Samples::layers),
                        Stream.of(1, 2, 7, 32, 80, 126, 2000).map(Samples::map),
                        Stream.of(bars(), Samples.plot("huge".repeat(99), List.of()), far()))
                .flatMap(chart -> chart);
    }

    private static BarChart bars() {
        return new BarChart(
                "bars",
                Stream.of("short", "a vocabulary with a name of many words ".repeat(4), "")
                        .map(name ->
                                new BarChart.Bar(
                                        name, List.of(new Mark(3, Tone.BLUE, "")), "1,234,567"))
                        .toList());
    }

    /// Values of all sizes.
    private static PlotChart far() {
        return Samples.plot(
                "far",
                Stream.of(1e-290, 3e-9, 1.0, 5e12, 9e299, 1e305, Double.NaN)
                        .map(value ->
                                new PlotChart.Point(value, value, "at " + value, Tone.BLUE, ""))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("charts")
    void noLabelCoversAnotherAtAnyWidth(Chart chart) throws Exception {
        Drawn drawn = Drawn.of(chart);
        for (int width : WIDTHS) {
            List<Box> boxes = drawn.labels(width);
            for (int i = 0; i < boxes.size(); i++) {
                for (int j = i + 1; j < boxes.size(); j++) {
                    assertThat(boxes.get(i).meets(boxes.get(j)))
                            .as("%s and %s at %d", boxes.get(i), boxes.get(j), width)
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("charts")
    void noLabelLeavesTheChartAtAnyWidth(Chart chart) throws Exception {
        Drawn drawn = Drawn.of(chart);
        for (int width : WIDTHS) {
            assertThat(drawn.labels(width))
                    .as("at %d", width)
                    .allMatch(box -> box.from() >= -1e-6 && box.to() <= width + 1e-6);
        }
    }

    @Test
    void numbersOfLayersStandAtEvenDistances() throws Exception {
        Drawn drawn = Drawn.of(Samples.map(80));
        assertThat(names(drawn, 272)).contains("0", "10", "70").doesNotContain("5");
        assertThat(names(drawn, 830)).contains("0", "5", "10", "75").doesNotContain("1");
    }

    @Test
    void dotsInOnePlaceHaveNamesInSeveral() throws Exception {
        var point = new PlotChart.Point(1, 1, "name", Tone.BLUE, "");
        Drawn drawn = Drawn.of(Samples.plot("x", List.of(point, point, point)));
        assertThat(names(drawn, 272)).filteredOn("name"::equals).hasSize(3);
    }

    @Test
    void cellsHoldTheirTextWhereItFits() throws Exception {
        Drawn drawn = Drawn.of(Samples.map(12));
        assertThat(names(drawn, 272)).doesNotContain("Q4_K");
        assertThat(names(drawn, 830)).filteredOn("Q4_K"::equals).hasSize(24);
    }

    @Test
    void longNamesKeepBothEnds() throws Exception {
        String name = names(Drawn.of(bars()), 272).get(2);
        assertThat(name).startsWith("a vocabulary").contains("…").endsWith("many words ");
    }

    private static List<String> names(Drawn drawn, int width) {
        return drawn.labels(width).stream().map(Box::text).toList();
    }

    /// @param from pixels from the left end of the chart with its margins
    private record Box(String text, double from, double to, double top, double bottom) {
        boolean meets(Box other) {
            double hair = 1e-6;
            return from < other.to - hair
                    && other.from < to - hair
                    && top < other.bottom - hair
                    && other.top < bottom - hair;
        }
    }

    /// A chart as it stands in a page.
    private record Drawn(List<Element> texts, double left, double right) {
        static Drawn of(Chart chart) throws Exception {
            var out = new Markup();
            new BlockWriter(out).write(List.of(new Figure("", chart)));
            var figure = Samples.parsed(out.toString());
            // padding:0 RIGHTpx 0 LEFTpx
            String[] padding =
                    Samples.elements(figure.getElementsByTagName("div"))
                            .getFirst()
                            .getAttribute("style")
                            .split("[: ]|px", -1);
            return new Drawn(
                    Samples.elements(figure.getElementsByTagName("text")),
                    Double.parseDouble(padding[5]),
                    Double.parseDouble(padding[2]));
        }

        List<Box> labels(int width) {
            return texts.stream()
                    .filter(text -> isSeen(text.getAttribute("class"), width))
                    .map(text -> box(text, width))
                    .toList();
        }

        private static boolean isSeen(String style, int width) {
            List<String> styles = List.of(style.split(" "));
            boolean some = width >= 420;
            boolean much = width >= 830;
            return (some || !styles.contains("some"))
                    && (much || !styles.contains("much"))
                    && !(some && styles.contains("until-some"))
                    && !(much && styles.contains("until-much"));
        }

        private Box box(Element text, int width) {
            double share = Double.parseDouble(text.getAttribute("x").replace("%", "")) / 100;
            Place place =
                    new Label(
                                    "",
                                    share,
                                    Double.parseDouble(text.getAttribute("dx")),
                                    Double.parseDouble(text.getAttribute("y")),
                                    Anchor.valueOf(
                                            text.getAttribute("text-anchor")
                                                    .toUpperCase(Locale.ROOT)),
                                    text.getTextContent())
                            .place();
            double at = left + share * (width - left - right);
            return new Box(
                    text.getTextContent(),
                    at + place.from(),
                    at + place.to(),
                    place.top(),
                    place.bottom());
        }
    }
}
