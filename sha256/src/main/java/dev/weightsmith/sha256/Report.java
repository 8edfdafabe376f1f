package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.ErrorReport;
import dev.weightsmith.cli.ExitCode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.PrintWriter;

/// What a command of this module tells: for people line by line as it comes, for programs one
/// object at the end.
final class Report {
    private final OutputOptions output;
    private final PrintWriter err;
    private final Failures failures = new Failures();
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    Report(OutputOptions output, PrintWriter err) {
        this.output = output;
        this.err = err;
    }

    /// The object for programs.
    ObjectNode json() {
        return json;
    }

    /// A result.
    void line(String text) {
        if (!output.json()) {
            output.out().println(text);
            output.out().flush();
        }
    }

    /// A result that says that all is well, which the quiet do not want to hear.
    void good(String text) {
        if (!output.quiet()) {
            line(text);
        }
    }

    /// What may be wrong, and is no failure.
    void warn(String text) {
        output.warn(text);
    }

    /// A failure that a result line or the summary tells already.
    void count(Problem problem) {
        failures.add(problem);
    }

    /// A failure, told at once.
    void fail(Problem problem) {
        failures.add(problem);
        tell(problem);
    }

    /// Tells a problem that is not counted, because its parts are.
    void tell(Problem problem) {
        if (!output.json()) {
            output.out().flush();
            ErrorReport.of(new FileException(problem))
                    .print(err, new ErrorReport.Style(false, false, false));
        }
    }

    /// Prints the object, if one is wanted, and tells the exit code.
    ExitCode finish() {
        if (output.json()) {
            failures.addTo(json);
            output.print(json);
        }
        return failures.exit();
    }
}
