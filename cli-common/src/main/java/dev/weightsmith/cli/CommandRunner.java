package dev.weightsmith.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;

/// Runs one command line to its exit code; whatever goes wrong is told as an [ErrorReport].
///
/// Not `CommandLine.execute`, which prints a stack trace where printing itself fails.
public record CommandRunner(CommandLine commands, Terminal terminal) {

    /// Nothing is thrown.
    public int run(String... arguments) {
        try {
            int exit = new CommandLine.RunLast().execute(commands.parseArgs(arguments));
            commands.getOut().flush();
            return exit;
        } catch (ExecutionException e) {
            return report(e.getCause() == null ? e : e.getCause(), List.of(arguments));
        } catch (Throwable t) { // the last place where an error can become an exit code
            return report(t, List.of(arguments));
        }
    }

    /// How to tell a mistake in the arguments must be known before they are understood.
    private int report(Throwable failure, List<String> arguments) {
        var report = ErrorReport.of(failure);
        if (isEnding()) {
            // After a signal: files are gone because they are being deleted.
            return report.exit().number();
        }
        report.print(
                commands.getErr(),
                new ErrorReport.Style(
                        arguments.contains("--json"),
                        arguments.contains("--stacktrace"),
                        terminal.err() && terminal.color() && !arguments.contains("--no-color")));
        return report.exit().number();
    }

    private static boolean isEnding() {
        var hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
