package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.Runtime.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaRequirementTest {
    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "25.0.2+10-LTS", "25-ea", "21.0.9"})
    void versionsThatCorruptDataAreRefused(String version) {
        assertThat(JavaRequirement.refusal(Version.parse(version)))
                .hasValueSatisfying(
                        line -> assertThat(line).contains(version, "25.0.3").hasLineCount(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25.0.3", "25.0.3+9-LTS", "25.0.3.1", "25.1", "26-ea+5", "26"})
    void soundVersionsWork(String version) {
        assertThat(JavaRequirement.refusal(Version.parse(version))).isEmpty();
    }
}
