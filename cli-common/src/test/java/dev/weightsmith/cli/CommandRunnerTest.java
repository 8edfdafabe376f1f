package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandRunnerTest {
    /// Fails while the process ends, as a job does whose stage is deleted under it.
    public static final class Ending {
        @Command
        private static final class Root {}

        private Ending() {}

        static void main() {
            var commands =
                    new CommandLine(new Root())
                            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
            var runner = new CommandRunner(commands, new Terminal(false, false, 80, false));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> runner.run("--no-such-option")));
        }
    }

    @Test
    void whatFailsBecauseOfASignalIsNotTold() throws Exception {
        var java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path")
                                        + File.pathSeparator
                                        + System.getProperty("jdk.module.path", ""),
                                Ending.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try (var output = java.getInputStream()) {
            assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
        }
    }
}
