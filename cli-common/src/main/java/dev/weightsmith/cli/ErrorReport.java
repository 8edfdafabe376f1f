package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Why a command failed, ready to be told: one line on standard error, at most one hint line, and
/// the exit code.
///
/// @param problems the most telling first; none for mistakes on the command line, internal errors
///   and closed pipes
public record ErrorReport(
        ExitCode exit,
        List<Problem> problems,
        String line,
        Optional<String> hint,
        Throwable cause) {

    /// Whatever was thrown, as a report.
    public static ErrorReport of(Throwable thrown) {
        return switch (thrown) {
            case FileException e -> of(e.problem(), e);
            case PlanException e -> of(e);
            case ClosedPipeException e -> new ErrorReport(ExitCode.CLOSED_PIPE, "", e);
            case IOException e -> of(problem(e), e);
            case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
            case ExecutionException e when e.getCause() != null -> of(e.getCause());
            case CompletionException e when e.getCause() != null -> of(e.getCause());
            case ParameterException e -> commandLine(e);
            case OutOfMemoryError e -> of(outOfMemory(e), e);
            default -> internal(thrown);
        };
    }

    private ErrorReport(ExitCode exit, String line, Throwable cause) {
        this(exit, List.of(), line, Optional.empty(), cause);
    }

    private static ErrorReport of(Problem problem, Throwable cause) {
        return new ErrorReport(
                ExitCode.of(problem.kind()),
                List.of(problem),
                problem.toString(),
                problem.hint(),
                cause);
    }

    /// One line tells the first of several problems; JSON has room for all.
    private static ErrorReport of(PlanException plan) {
        int others = plan.problems().size() - 1;
        String line = plan.problem().toString();
        return new ErrorReport(
                ExitCode.of(plan.problem().kind()),
                plan.problems(),
                others == 0 ? line : line + " (and " + others + " more, which --json lists)",
                plan.problem().hint(),
                plan);
    }

    private static Problem problem(IOException failure) {
        if (failure instanceof FileSystemException e && e.getFile() != null) {
            Path file = Path.of(e.getFile());
            String reason = String.valueOf(e.getReason());
            return switch (e) {
                case NoSuchFileException _ -> Problem.of(ErrorKind.IO, file, "no such file");
                case AccessDeniedException _ -> Problem.of(ErrorKind.IO, file, "permission denied");
                case NotDirectoryException _ -> Problem.of(ErrorKind.IO, file, "not a folder");
                case FileAlreadyExistsException _ ->
                        Problem.of(ErrorKind.OUTPUT_CONFLICT, file, "already exists");
                default -> Problem.of(kind(reason), file, reason);
            };
        }
        String message = String.valueOf(failure.getMessage());
        return Problem.of(kind(message), message);
    }

    /// Java has no exception of its own for a full disk.
    private static ErrorKind kind(String message) {
        return message.contains("No space left") || message.contains("Disk quota exceeded")
                ? ErrorKind.NO_SPACE
                : ErrorKind.IO;
    }

    private static Problem outOfMemory(OutOfMemoryError error) {
        return Problem.of(ErrorKind.LIMIT, "out of memory: " + error.getMessage())
                .withHint(
                        "fewer --threads or a smaller --max-memory need less;"
                                + " WEIGHTSMITH_JAVA_OPTS=-Xmx1g gives Java more");
    }

    private static ErrorReport commandLine(ParameterException mistake) {
        String message = message(mistake);
        String help =
                "see " + mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        return new ErrorReport(
                ExitCode.USAGE,
                List.of(),
                message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
                Optional.of(
                        meant(mistake)
                                .map(word -> "did you mean " + word + "? " + help)
                                .orElse(help)),
                mistake);
    }

    private static String message(ParameterException mistake) {
        if (mistake instanceof UnmatchedArgumentException e) {
            boolean command = !e.getCommandLine().getSubcommands().isEmpty();
            String what = command ? "unknown command" : "unexpected argument";
            return (e.isUnknownOption() ? "unknown option" : what)
                    + ": '"
                    + e.getUnmatched().getFirst()
                    + "'";
        }
        // Some of picocli's messages begin with a word that ours have anyway.
        return String.valueOf(mistake.getMessage()).replaceFirst("^Error: ", "");
    }

    private static Optional<String> meant(ParameterException mistake) {
        if (!(mistake instanceof UnmatchedArgumentException e)) {
            return Optional.empty();
        }
        String typed = e.getUnmatched().getFirst();
        return e.isUnknownOption()
                ? Spelling.closest(
                        typed.split("=", 2)[0],
                        e.getCommandLine().getCommandSpec().optionsMap().keySet())
                : Spelling.closest(typed, e.getCommandLine().getSubcommands().keySet());
    }

    private static ErrorReport internal(Throwable error) {
        String message =
                error.getMessage() == null ? "" : ": " + Printable.text(error.getMessage());
        String place =
                error.getStackTrace().length == 0 ? "" : " (at " + error.getStackTrace()[0] + ")";
        return new ErrorReport(
                ExitCode.INTERNAL,
                List.of(),
                "internal error: " + error.getClass().getSimpleName() + message + place,
                Optional.of(
                        "this is a mistake in weightsmith; please report it with what the same"
                                + " command prints with --stacktrace"),
                error);
    }

    /// Tells it. A closed pipe is told by the exit code alone.
    public void print(PrintWriter err, Style style) {
        if (exit == ExitCode.CLOSED_PIPE) {
            return;
        }
        if (style.json()) {
            err.println(json(style.stacktrace()));
        } else {
            String error = style.color() ? "\u001b[1;31merror:\u001b[0m " : "error: ";
            err.println("weightsmith: " + error + oneLine(line));
            hint.ifPresent(text -> err.println("hint: " + oneLine(text)));
            if (style.stacktrace()) {
                cause.printStackTrace(err);
            }
        }
        err.flush();
    }

    /// How errors are to be told.
    public record Style(boolean json, boolean stacktrace, boolean color) {}

    private ObjectNode json(boolean stacktrace) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("exit", exit.number());
        error.put("kind", exit.name().toLowerCase(Locale.ROOT));
        if (problems.isEmpty()) {
            error.put("message", line);
            hint.ifPresent(text -> error.put("hint", text));
        } else {
            describe(problems.getFirst(), error);
        }
        if (problems.size() > 1) {
            var more = error.putArray("more");
            problems.stream().skip(1).forEach(problem -> describe(problem, more.addObject()));
        }
        if (stacktrace) {
            var trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace));
            error.put("stacktrace", trace.toString());
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.set("error", error);
        return object;
    }

    private static void describe(Problem problem, ObjectNode error) {
        problem.file().ifPresent(file -> error.put("file", file.toString()));
        problem.offset().ifPresent(offset -> error.put("offset", offset));
        error.put("message", problem.message());
        problem.hint().ifPresent(text -> error.put("hint", text));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
