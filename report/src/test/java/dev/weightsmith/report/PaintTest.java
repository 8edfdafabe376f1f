package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.report.Paint.Heat;
import dev.weightsmith.report.Paint.Rank;
import dev.weightsmith.report.Paint.Tone;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PaintTest {
    private static final Pattern DARK =
            Pattern.compile(
                    "@media \\(prefers-color-scheme: dark\\) \\{\\n  :root \\{.*?\\}\\n\\}",
                    Pattern.DOTALL);

    /// The colour of text on coloured cells, in light and dark.
    private static final int[] ON = {0x16, 0x18, 0x1c};

    static Stream<Paint> paints() {
        return Stream.of(
                        Stream.of(Tone.values()),
                        IntStream.rangeClosed(0, 17).mapToObj(Rank::new),
                        IntStream.rangeClosed(-4, 4).mapToObj(Heat::new))
                .flatMap(paint -> paint);
    }

    @ParameterizedTest
    @MethodSource("paints")
    void everyColourStandsInTheStyleSheet(Paint paint) {
        assertThat(Stylesheet.TEXT).contains("." + paint.style() + " { --p: ");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0",
        "2, 1, 4",
        "9, 1, 4",
        "0.5, 1, -4",
        "0.001, 1, -4",
        "1.09, 1, 0",
        "1.1, 1, 1",
        "0.085, 0.0713, 1",
        "NaN, 1, 4",
        "Infinity, 1, 4"
    })
    void heatCountsQuartersOfOctavesFromWhatIsUsual(double value, double usual, int step) {
        assertThat(Heat.of(value, usual)).isEqualTo(new Heat(step));
    }

    @Test
    void everyColourInUseIsDefined() {
        String light = DARK.matcher(Stylesheet.TEXT).replaceFirst("");
        List<String> used =
                Pattern.compile("var\\((--[a-z0-9]+)\\)")
                        .matcher(Stylesheet.TEXT)
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> !name.equals("--p"))
                        .distinct()
                        .toList();
        assertThat(used).isNotEmpty().allMatch(name -> light.contains("  " + name + ": "));
    }

    @Test
    void textIsLegibleInLightAndDark() {
        for (String sheet : List.of(light(), dark())) {
            int[] paper = color(sheet, "--paper");
            assertThat(contrast(color(sheet, "--ink"), paper)).isGreaterThan(12);
            assertThat(contrast(color(sheet, "--soft"), paper)).isGreaterThan(4.5);
        }
    }

    @Test
    void darkIsDark() {
        assertThat(luminance(color(light(), "--paper"))).isGreaterThan(0.9);
        assertThat(luminance(color(dark(), "--paper"))).isLessThan(0.02);
    }

    @Test
    void textOnCellsIsLegible() {
        for (Tone tone : Tone.values()) {
            if (tone != Tone.FAINT) {
                String name = "--" + tone.style().substring(2);
                assertThat(contrast(color(light(), name), ON)).as(name).isGreaterThan(4.3);
            }
        }
        for (int place = 0; place <= 17; place++) {
            int[] rank = color(light(), ".p-r" + place + " { --p");
            assertThat(contrast(rank, ON)).as("%s", place).isGreaterThan(4.5);
        }
        for (String sheet : List.of(light(), dark())) {
            for (int step = 0; step <= 8; step++) {
                assertThat(contrast(color(sheet, "--h" + step), color(sheet, "--ink")))
                        .as("%s", step)
                        .isGreaterThan(3.5);
            }
        }
    }

    /// Dark overrides what comes before it.
    private static String dark() {
        Matcher dark = DARK.matcher(Stylesheet.TEXT);
        assertThat(dark.find()).isTrue();
        return dark.group();
    }

    private static String light() {
        return DARK.matcher(Stylesheet.TEXT).replaceFirst("");
    }

    /// Of a variable that is written as `#rrggbb` or as three numbers.
    private static int[] color(String sheet, String name) {
        Matcher found =
                Pattern.compile(
                                Pattern.quote(name)
                                        + ": (?:#(..)(..)(..)|(\\d+) (\\d+) (\\d+))(?:;| })")
                        .matcher(sheet);
        assertThat(found.find()).as(name).isTrue();
        MatchResult color = found.toMatchResult();
        return IntStream.rangeClosed(1, 3)
                .map(i ->
                        color.group(i) != null
                                ? Integer.parseInt(color.group(i), 16)
                                : Integer.parseInt(color.group(i + 3)))
                .toArray();
    }

    /// As the Web Content Accessibility Guidelines define it.
    private static double contrast(int[] one, int[] other) {
        double high = Math.max(luminance(one), luminance(other));
        double low = Math.min(luminance(one), luminance(other));
        return (high + 0.05) / (low + 0.05);
    }

    private static double luminance(int[] color) {
        double[] linear =
                IntStream.of(color)
                        .mapToDouble(part -> part / 255.0)
                        .map(part ->
                                part <= 0.04045
                                        ? part / 12.92
                                        : Math.pow((part + 0.055) / 1.055, 2.4))
                        .toArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
