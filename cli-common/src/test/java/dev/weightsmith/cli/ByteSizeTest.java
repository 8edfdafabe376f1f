package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "4096B, 4096",
        "5GB, 5000000000",
        "5 gb, 5000000000",
        "5G, 5000000000",
        "300M, 300000000",
        "2GiB, 2147483648",
        "1.5GiB, 1610612736",
        "1kB, 1000",
        "1KiB, 1024",
        "8TB, 8000000000000",
        "0.001kB, 1",
    })
    void writtenSizesAreRead(String written, long bytes) {
        assertThat(ByteSize.parse(written).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "GB",
                "-1",
                "+1",
                "1,5GB",
                "1e9",
                "5XB",
                "5iB",
                "5 G B",
                "0x10",
                "NaN",
                "0.5",
                "1.0001kB",
                "9999999999TB",
                "٥GB"
            })
    void whatIsNotASizeIsRefused(String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(written))
                .withMessageContaining("'" + written + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.00 kB",
        "9994, 9.99 kB",
        "9995, 10.0 kB",
        "99949, 99.9 kB",
        "99950, 100 kB",
        "999499, 999 kB",
        "999500, 1.00 MB",
        "13476838400, 13.5 GB",
        "9223372036854775807, 9223 PB",
    })
    void sizesArePrintedWithThreeDigits(long bytes, String printed) {
        assertThat(new ByteSize(bytes)).hasToString(printed);
    }

    @Test
    void theLocaleChangesNothing() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(new ByteSize(13_476_838_400L)).hasToString("13.5 GB");
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(ByteSize.parse("1kib").bytes()).isEqualTo(1024);
        } finally {
            Locale.setDefault(before);
        }
    }
}
