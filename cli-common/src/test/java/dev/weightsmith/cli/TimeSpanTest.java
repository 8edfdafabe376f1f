package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "840, 0.8 s",
        "10000, 10 s",
        "59499, 59 s",
        "59500, 1 min 00 s",
        "307000, 5 min 07 s",
        "3599600, 1 h 00 min",
        "7500000, 2 h 05 min",
    })
    void millisecondsAreReadable(long milliseconds, String printed) {
        assertThat(new TimeSpan(milliseconds * 1_000_000)).hasToString(printed);
    }
}
