package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTypeTest {
    @ParameterizedTest
    @CsvSource({
        "Q4_K_M, Q4_K_M",
        "q4_k_m, Q4_K_M",
        "Q4_K, Q4_K_M",
        "q3_k, Q3_K_M",
        "Q5_k, Q5_K_M",
        "' q8_0 ', Q8_0",
        "iq4_xs, IQ4_XS",
        "bf16, BF16"
    })
    void namesAndAliasesAreKnownInAnyCase(String name, FileType expected) {
        assertThat(FileType.parse(name)).isEqualTo(expected);
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> FileType.parse("Q9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Q9'")
                .hasMessageContaining("F32, F16, BF16, Q4_0")
                .hasMessageContaining("IQ4_NL, IQ4_XS");
    }

    @Test
    void typesThatCannotBeMadeAreNotOffered() {
        assertThatThrownBy(() -> FileType.parse("IQ2_M"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersOfOthersFilesAreNamed() {
        assertThat(FileType.ofNumber(29)).contains(FileType.IQ2_M);
    }

    @Test
    void removedNumbersHaveNoName() {
        assertThat(FileType.ofNumber(4)).isEmpty();
    }
}
