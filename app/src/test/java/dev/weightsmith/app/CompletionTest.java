package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    @TempDir private Path folder;

    private static String script(String shell) {
        var out = new StringWriter();
        var err = new PrintWriter(new StringWriter());
        new Weightsmith(new Terminal(false, false, 80, false), new PrintWriter(out), err)
                .run("completion", shell);
        return out.toString();
    }

    @Test
    void zshIsServedThroughBashcompinit() {
        assertThat(script("zsh")).contains("bashcompinit", "compdef");
    }

    @Test
    void bashCompletesACommand() throws Exception {
        assertThat(completions("weightsmith", "mer")).contains("merge");
    }

    @Test
    void bashCompletesAnOption() throws Exception {
        assertThat(completions("weightsmith", "merge", "--shard")).contains("--shard-size");
    }

    /// What a real bash offers for the last of `words`.
    private String completions(String... words) throws IOException, InterruptedException {
        assumeThat(Path.of("/bin/bash")).as("bash is installed").exists();
        Path script = folder.resolve("script");
        Files.writeString(
                script,
                script("bash")
                        + """

                        COMP_WORDS=(%s)
                        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                        _complete_weightsmith
                        printf '%%s\\n' "${COMPREPLY[@]}"
                        """
                                .formatted(String.join(" ", words)));
        var process =
                new ProcessBuilder("/bin/bash", script.toString())
                        .redirectErrorStream(true)
                        .start();
        try (var output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        }
    }
}
