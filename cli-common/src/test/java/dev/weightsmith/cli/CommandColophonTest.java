package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.report.Colophon;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

class CommandColophonTest {
    private static final InstantSource NOW =
            InstantSource.fixed(Instant.parse("2026-11-26T23:59:59Z"));

    private static Colophon colophon(Map<String, String> environment, String... arguments) {
        var work =
                CommandSpec.create()
                        .name("work")
                        .addPositional(
                                PositionalParamSpec.builder()
                                        .arity("0..*")
                                        .type(List.class)
                                        .auxiliaryTypes(String.class)
                                        .build())
                        .addOption(OptionSpec.builder("-o", "--out").type(String.class).build());
        var root =
                CommandSpec.create()
                        .name("weightsmith")
                        .version("weightsmith 1.0")
                        .addSubcommand("work", work);
        new CommandLine(root).parseArgs(arguments);
        return CommandColophon.of(work, environment, NOW);
    }

    @Test
    void commandProgramAndDayAreTold() {
        assertThat(colophon(Map.of(), "work", "a.gguf", "--out", "b"))
                .isEqualTo(
                        new Colophon(
                                "weightsmith work a.gguf --out b",
                                "weightsmith 1.0",
                                LocalDate.of(2026, 11, 26)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/me/m", "--out=/home/me/m", "-o/home/me/m"})
    void foldersOfThisMachineAreNot(String word) {
        assertThat(colophon(Map.of(), "work", word).command())
                .startsWith("weightsmith work ")
                .endsWith("m")
                .doesNotContain("home");
    }

    @Test
    void filesOfOneNameStayDifferent() {
        assertThat(colophon(Map.of(), "work", "/m/a/x.gguf", "/m/b/x.gguf", "/m/y.gguf").command())
                .isEqualTo("weightsmith work a/x.gguf b/x.gguf y.gguf");
    }

    @Test
    void aShellTakesTheCommandAsItWas() {
        assertThat(colophon(Map.of(), "work", "it's mine", "文.gguf", "--out=$x").command())
                .isEqualTo("weightsmith work 'it'\\''s mine' 文.gguf '--out=$x'");
    }

    @Test
    void theDayIsThatOfTheEnvironmentWhereItHasOne() {
        assertThat(colophon(Map.of("SOURCE_DATE_EPOCH", "86399"), "work").date())
                .isEqualTo(LocalDate.EPOCH);
        assertThat(colophon(Map.of("SOURCE_DATE_EPOCH", ""), "work").date())
                .isEqualTo(LocalDate.of(2026, 11, 26));
    }

    @ParameterizedTest
    @ValueSource(strings = {"today", "-1", "1.5", "99999999999999999999", "999999999999"})
    void aDayThatIsNoneIsRefused(String seconds) {
        assertThatThrownBy(() -> colophon(Map.of("SOURCE_DATE_EPOCH", seconds), "work"))
                .isInstanceOf(ParameterException.class)
                .hasMessage(
                        "variable SOURCE_DATE_EPOCH is '%s', expected seconds since 1970"
                                .formatted(seconds));
    }
}
