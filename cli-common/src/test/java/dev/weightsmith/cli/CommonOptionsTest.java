package dev.weightsmith.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class CommonOptionsTest {
    @Command(name = "work")
    private static final class Work implements Callable<Integer> {
        @Mixin private OutputOptions output;
        @Mixin private JobOptions job;

        @Override
        public Integer call() {
            output.note("a note");
            output.warn("a warning");
            output.out().print(job.threads() + " threads, " + job.maxMemory() + " bytes");
            return 0;
        }
    }

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        var commands =
                new CommandLine(new Work())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        return new CommandRunner(commands, new Terminal(false, false, 80, false)).run(arguments);
    }

    @Test
    void memoryIsTwoGigabytesUnlessSaid() {
        run("--threads", "3");
        assertThat(out).hasToString("3 threads, 2000000000 bytes");
    }

    @Test
    void memoryIsWhatIsSaid() {
        run("--threads=3", "--max-memory=800MB");
        assertThat(out).hasToString("3 threads, 800000000 bytes");
    }

    @Test
    void noThreadsAreAMistake() {
        assertThat(run("--threads=0")).isEqualTo(2);
        assertThat(err)
                .hasToString(
                        """
                        weightsmith: error: --threads is 0, expected 1 to 1024
                        hint: see work --help
                        """);
    }

    @Test
    void aSizeThatIsNoneIsAMistake() {
        assertThat(run("--max-memory=lots")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith(
                        "weightsmith: error: invalid value for option '--max-memory': 'lots' is"
                                + " not a size, expected for example 5GB or 2GiB\n");
    }

    @Test
    void aMisspeltOptionGetsASuggestion() {
        assertThat(run("--max-memry=1GB")).isEqualTo(2);
        assertThat(err.toString()).contains("hint: did you mean --max-memory");
    }

    @Test
    void quietAndVerboseContradict() {
        assertThat(run("--quiet", "--verbose")).isEqualTo(2);
    }

    @Test
    void notesAndWarningsAreOnStandardError() {
        run();
        assertThat(err).hasToString("note: a note\nwarning: a warning\n");
    }

    @Test
    void theQuietGetWarningsOnly() {
        run("-q");
        assertThat(err).hasToString("warning: a warning\n");
    }

    @Test
    void mistakesAreJsonToo() {
        run("--json", "--threads=none");
        assertThat(err.toString()).startsWith("{\"error\":{\"exit\":2,\"kind\":\"usage\",");
    }
}
