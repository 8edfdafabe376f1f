package dev.weightsmith.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Tells picocli to tell every failure as an [ErrorReport].
public final class ErrorHandler implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Terminal terminal;
    private final List<String> arguments;

    /// @param arguments as given: how to tell a mistake in them must be known before they are
    ///   understood
    public ErrorHandler(Terminal terminal, List<String> arguments) {
        this.terminal = terminal;
        this.arguments = List.copyOf(arguments);
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] args) {
        return report(mistake, mistake.getCommandLine());
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult parsed) {
        return report(failure, command);
    }

    /// Prints the report and returns the exit code.
    public int report(Throwable failure, CommandLine command) {
        var report = ErrorReport.of(failure);
        report.print(
                command.getErr(),
                new ErrorReport.Style(
                        arguments.contains("--json"),
                        arguments.contains("--stacktrace"),
                        terminal.err() && terminal.color() && !arguments.contains("--no-color")));
        return report.exit().number();
    }
}
