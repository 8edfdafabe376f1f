package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.ErrorKind;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void everyKindOfErrorHasItsDocumentedNumber() {
        Map<ErrorKind, Integer> numbers = new EnumMap<>(ErrorKind.class);
        for (ErrorKind kind : ErrorKind.values()) {
            numbers.put(kind, ExitCode.of(kind).number());
        }
        assertThat(numbers)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                ErrorKind.MALFORMED, 3,
                                ErrorKind.MISMATCH, 3,
                                ErrorKind.REFUSED, 4,
                                ErrorKind.CHECK_FAILED, 5,
                                ErrorKind.UNSUPPORTED, 6,
                                ErrorKind.OUTPUT_CONFLICT, 7,
                                ErrorKind.NO_SPACE, 8,
                                ErrorKind.IO, 9,
                                ErrorKind.LIMIT, 10,
                                ErrorKind.CHANGED, 11));
    }
}
