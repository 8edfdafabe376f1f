package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.report.Colophon;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What every command prints, and how: the options, and the printing that obeys them.
///
/// `--stacktrace` and `--no-color` are obeyed by [CommandRunner]; they are here to be known.
public final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--json", description = "Print the result, or the error, as one JSON object.")
    private boolean json;

    @ArgGroup private Loudness loudness = new Loudness();

    @Option(names = "--stacktrace", description = "Add to an error where in the program it arose.")
    boolean stacktrace;

    @Option(names = "--no-color", description = "No colours; the variable NO_COLOR says the same.")
    boolean noColor;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    /// Quiet and verbose contradict each other.
    static final class Loudness {
        @Option(
                names = {"-q", "--quiet"},
                description = "No progress and no report; warnings and errors only.")
        private boolean quiet;

        @Option(
                names = {"-v", "--verbose"},
                description = "Say more about what was found and done.")
        private boolean verbose;
    }

    public boolean json() {
        return json;
    }

    public boolean quiet() {
        return loudness.quiet;
    }

    public boolean verbose() {
        return loudness.verbose;
    }

    /// Where results go.
    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    /// Prints a result for programs.
    public void print(JsonNode result) {
        out().println(result.toPrettyString());
    }

    /// Says something for people, beside the result.
    public void note(String text) {
        if (!loudness.quiet && !json) {
            say("note: " + text);
        }
    }

    /// Says what may be wrong.
    public void warn(String text) {
        warn(text, Optional.empty());
    }

    /// Says what may be wrong, and what to do about it.
    public void warn(String text, Optional<String> hint) {
        say("warning: " + text);
        hint.ifPresent(way -> say("hint: " + way));
    }

    private void say(String text) {
        PrintWriter err = command.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    /// The foot of a page that the command writes.
    ///
    /// @throws picocli.CommandLine.ParameterException if the environment sets a day that is none
    public Colophon colophon() {
        return CommandColophon.of(command, System.getenv(), InstantSource.system());
    }

    /// Progress on standard error, unless `--quiet`.
    public Progress progress() {
        return loudness.quiet
                ? Progress.NONE
                : new ProgressLine(command.commandLine().getErr(), Terminal.ofProcess());
    }
}
