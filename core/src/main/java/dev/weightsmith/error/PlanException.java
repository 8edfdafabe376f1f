package dev.weightsmith.error;

import java.util.List;

/// Inputs, each valid, that do not make a job: found before a byte is written.
public final class PlanException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public PlanException(Problem problem) {
        this(List.of(problem));
    }

    /// @param problems everything that does not fit, the most telling first; not empty
    public PlanException(List<Problem> problems) {
        super(summary(problems));
        this.problems = List.copyOf(problems);
    }

    /// The first of [#problems], which decides the kind.
    public Problem problem() {
        return problems.getFirst();
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String summary(List<Problem> problems) {
        String first = problems.getFirst().toString();
        return problems.size() == 1 ? first : first + " (and " + (problems.size() - 1) + " more)";
    }
}
