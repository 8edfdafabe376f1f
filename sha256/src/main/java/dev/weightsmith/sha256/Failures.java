package dev.weightsmith.sha256;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.ExitCode;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What went wrong with some files while the others went on, and the exit code that it makes.
final class Failures {
    /// What is told when several things went wrong: the earlier, the graver.
    private static final List<ErrorKind> GRAVITY =
            List.of(
                    ErrorKind.CHECK_FAILED,
                    ErrorKind.CHANGED,
                    ErrorKind.IO,
                    ErrorKind.LIMIT,
                    ErrorKind.UNSUPPORTED,
                    ErrorKind.MALFORMED);

    private final List<Problem> problems = new ArrayList<>();

    void add(Problem problem) {
        problems.add(problem);
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /// How many are of this kind.
    long count(ErrorKind kind) {
        return problems.stream().filter(problem -> problem.kind() == kind).count();
    }

    /// Never [ExitCode#DONE] if there is a failure.
    ExitCode exit() {
        return GRAVITY.stream()
                .filter(kind -> count(kind) > 0)
                .findFirst()
                .or(() -> problems.stream().map(Problem::kind).findFirst())
                .map(ExitCode::of)
                .orElse(ExitCode.DONE);
    }

    void addTo(ObjectNode json) {
        ArrayNode array = json.putArray("failures");
        for (Problem problem : problems) {
            ObjectNode entry = array.addObject();
            problem.file().ifPresent(file -> entry.put("file", file.toString()));
            entry.put("kind", ExitCode.of(problem.kind()).name().toLowerCase(Locale.ROOT));
            entry.put("message", problem.message());
            problem.hint().ifPresent(hint -> entry.put("hint", hint));
        }
        json.put("exit", exit().number());
    }
}
