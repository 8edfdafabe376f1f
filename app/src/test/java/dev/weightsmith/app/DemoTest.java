package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("slow")
class DemoTest {
    private static final Terminal PIPE = new Terminal(false, false, 80, false);
    private static final Path SAMPLES = Shell.ROOT.resolve("samples");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int demo(Path samples, DemoCommand.Commands commands, Object... arguments) {
        var demo = new CommandLine(new DemoCommand(samples, commands));
        demo.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var texts = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        return demo.execute(texts);
    }

    private static int real(PrintWriter out, PrintWriter err, String... arguments) {
        return new Weightsmith(PIPE, out, err).run(arguments);
    }

    @Test
    void theBaseFailsAndWhatIsMadeOfItAnswers() {
        Path models = folder.resolve("models");
        assertThat(demo(SAMPLES, DemoTest::real, "--out", models)).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .contains("东京", "Yes, all digests are as listed.")
                .anyMatch(line -> line.matches("samples/base .* MB +[0-9.]+ +0 of 100"))
                .anyMatch(line -> line.matches(models + " .* MB +3[.]0.. +100 of 100"))
                .anyMatch(line -> line.matches(".*-Q8_0.gguf .* MB +3[.]0.. +100 of 100"))
                .anyMatch(
                        line -> line.matches(".*-Q4_K_M.gguf .* MB +3[.]0.. +(98|99|100) of 100"));
        assertThat(models)
                .isDirectoryContaining("glob:**/model.safetensors")
                .isDirectoryContaining("glob:**/models-Q4_K_M.gguf");
    }

    @Test
    void anExistingFolderStopsItBeforeItBegins() throws IOException {
        Files.createFile(folder.resolve("precious"));
        demo(SAMPLES, (_, _, _) -> 0, "--out", folder);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void itStopsAtACommandThatFails() {
        assertThat(demo(SAMPLES, (_, err, _) -> 5)).isEqualTo(5);
        assertThat(out.toString()).doesNotContain("Yes, all digests").doesNotContain("Done");
    }

    @Test
    void itLeavesNothingBehind() {
        var last = new String[1];
        demo(
                SAMPLES,
                (_, _, arguments) -> {
                    last[0] = arguments[arguments.length - 1];
                    return arguments[0].equals("merge") ? 1 : 0;
                });
        Path alpaca = Path.of(last[0]);
        assertThat(alpaca.getFileName()).hasToString("alpaca");
        assertThat(Files.exists(alpaca.resolveSibling("."))).isFalse();
    }
}
