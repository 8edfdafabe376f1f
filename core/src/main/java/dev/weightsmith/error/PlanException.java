package dev.weightsmith.error;

/// Inputs, each valid, that do not make a job: found before a byte is written.
public final class PlanException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public PlanException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
