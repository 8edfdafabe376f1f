package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsmithTest {
    private static final Terminal PIPE = new Terminal(false, false, 80, true);
    private static final Terminal COLORFUL = new Terminal(true, true, 80, true);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Terminal terminal, String... arguments) {
        return new Weightsmith(terminal, new PrintWriter(out), new PrintWriter(err)).run(arguments);
    }

    private int run(String... arguments) {
        return run(PIPE, arguments);
    }

    @Test
    void versionIsOneLine() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("weightsmith \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
    }

    @Test
    void versionVerboseTellsWhatItRunsOn() {
        run("--version", "--verbose");
        assertThat(out.toString())
                .contains(
                        "java:    " + Runtime.version(),
                        "system:  " + System.getProperty("os.name"),
                        "kernels: ");
    }

    @Test
    void nothingAskedForIsAMistakeThatShowsTheOverview() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString())
                .contains("  merge  ", "  convert  ", "  inspect  ", "  quantize  ");
    }

    @Test
    void helpIsNoMistake() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: weightsmith COMMAND");
    }

    @Test
    void helpOfACommandShowsExamples() {
        assertThat(run("help", "merge")).isZero();
        assertThat(out.toString()).contains("Examples:\n", "weightsmith merge --base llama-7b");
    }

    @Test
    void helpOfACommandOfACommandIsItsOwn() {
        assertThat(run("help", "evaluate", "generate")).isZero();
        assertThat(out.toString()).startsWith("Usage: weightsmith evaluate generate MODEL");
    }

    @Test
    void helpOfAnUnknownCommandIsAMistake() {
        assertThat(run("help", "evaluate", "genrate")).isEqualTo(2);
        assertThat(err)
                .hasToString(
                        """
                        weightsmith: error: unknown command: 'genrate'
                        hint: did you mean generate? see weightsmith evaluate --help
                        """);
    }

    @Test
    void aMisspeltCommandGetsASuggestion() {
        assertThat(run("mrege")).isEqualTo(2);
        assertThat(err)
                .hasToString(
                        """
                        weightsmith: error: unknown command: 'mrege'
                        hint: did you mean merge? see weightsmith --help
                        """);
    }

    @Test
    void aMisspeltOptionGetsASuggestion() {
        assertThat(run("merge", "--base=a", "--lora=b", "--out=c", "--frmat=gguf")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("weightsmith: error: unknown option: '--frmat=gguf'\n")
                .contains("hint: did you mean --format");
    }

    @Test
    void aFileNameMayBeginWithAnAtSign() {
        run("inspect", "@nowhere", "--json");
        assertThat(err.toString()).doesNotContain("usage");
    }

    @Test
    void aTerminalGetsColours() {
        run(COLORFUL, "--help");
        assertThat(out.toString()).contains("\u001b[");
    }

    @Test
    void noColorMeansNone() {
        run(COLORFUL, "merge", "--no-color", "--help");
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @Test
    void colourlessTerminalsGetNone() {
        run(new Terminal(true, true, 80, false), "--help");
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource({"tokenizer merge", "sha256"})
    void helpTearsNoNamesAndNoExamples(String command) {
        run(("help " + command).split(" "));
        assertThat(out.toString().lines()).noneMatch(line -> line.matches("json\\b.*|--.*"));
    }

    @Test
    void linesOfHelpFitTheTerminal() {
        run(new Terminal(true, true, 60, false), "help", "convert");
        assertThat(out.toString().lines().filter(line -> line.startsWith(" ".repeat(20))))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
    }
}
