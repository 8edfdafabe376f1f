package dev.weightsmith.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {
    private static final Axis PLAIN = new Axis("", "", false);
    private static final Axis RATIOS = new Axis("", "%", true);

    private static List<String> labels(Scale scale) {
        return scale.ticks(0).stream().map(Scale.Tick::label).toList();
    }

    @Test
    void axesCountInRoundSteps() {
        assertThat(labels(Scale.around(PLAIN, new double[] {3.12, 3.4})))
                .containsExactly("3.1", "3.2", "3.3", "3.4");
        assertThat(labels(Scale.around(PLAIN, new double[] {0, 100})))
                .containsExactly("0", "20", "40", "60", "80", "100");
    }

    @Test
    void numbersBelowZeroHaveAMinusSign() {
        assertThat(labels(Scale.around(PLAIN, new double[] {-0.01, 0.01})))
                .containsExactly("−0.010", "−0.005", "0", "0.005", "0.010");
    }

    @Test
    void longNumbersAreGroupedAndLongerOnesHaveAPower() {
        assertThat(labels(Scale.around(PLAIN, new double[] {0, 30000}))).contains("10,000");
        assertThat(labels(Scale.around(PLAIN, new double[] {0, 3e15}))).contains("1e15");
    }

    @Test
    void ratiosCountInOneTwoAndFive() {
        assertThat(labels(Scale.around(RATIOS, new double[] {0.5, 30})))
                .containsExactly("0.5%", "1%", "2%", "5%", "10%", "20%");
    }

    @Test
    void zeroStandsApartFromRatios() {
        Scale scale = Scale.around(RATIOS, new double[] {0, 1, 10});
        assertThat(scale.share(0)).isZero();
        assertThat(scale.share(1)).isGreaterThan(0.12);
        assertThat(labels(scale)).contains("0", "1%", "10%");
    }

    @Test
    void equalRatiosAreEqualDistances() {
        Scale scale = Scale.around(RATIOS, new double[] {1, 100});
        assertThat(scale.share(10) - scale.share(1))
                .isCloseTo(scale.share(100) - scale.share(10), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {5, 0, -3, 1e-320, 1e299})
    void oneValueHasAPlaceInTheMiddle(double value) {
        Scale scale = Scale.around(PLAIN, new double[] {value, value});
        assertThat(scale.share(value)).isBetween(0.3, 0.7);
        assertThat(scale.ticks(0)).hasSizeBetween(2, 12);
    }

    @ParameterizedTest
    @CsvSource({"0, 1e299", "1e-300, 1e299", "-1e299, 1e299", "1, 1.0000000001", "7, 8"})
    void everyValueLiesOnTheAxis(double least, double most) {
        for (Axis axis : List.of(PLAIN, RATIOS)) {
            Scale scale = Scale.around(axis, new double[] {least, most});
            assertThat(scale.share(least)).isBetween(0.0, 1.0);
            assertThat(scale.share(most)).isBetween(0.0, 1.0);
            assertThat(scale.ticks(5000)).isEmpty();
        }
    }
}
