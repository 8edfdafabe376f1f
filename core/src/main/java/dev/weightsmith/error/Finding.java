package dev.weightsmith.error;

import java.nio.file.Path;
import java.util.List;

/// Something worth knowing about a job before it starts.
///
/// @param problem what and where; its kind matters for errors alone
public record Finding(Severity severity, Problem problem) {
    /// What a finding means for the job.
    public enum Severity {
        /// For information.
        NOTE,
        /// The job can be done, and its result may not be what was meant.
        WARNING,
        /// The job cannot be done.
        ERROR
    }

    public static Finding note(String message) {
        return new Finding(Severity.NOTE, Problem.of(ErrorKind.MISMATCH, message));
    }

    public static Finding note(Path file, String message) {
        return new Finding(Severity.NOTE, Problem.of(ErrorKind.MISMATCH, file, message));
    }

    public static Finding warning(Path file, String message, String hint) {
        return new Finding(
                Severity.WARNING, Problem.of(ErrorKind.MISMATCH, file, message).withHint(hint));
    }

    public static Finding error(Path file, String message) {
        return new Finding(Severity.ERROR, Problem.of(ErrorKind.MISMATCH, file, message));
    }

    public static Finding error(Path file, String message, String hint) {
        return new Finding(
                Severity.ERROR, Problem.of(ErrorKind.MISMATCH, file, message).withHint(hint));
    }

    /// @throws PlanException with every error among the findings, if there is one
    public static void requireNoErrors(List<Finding> findings) {
        List<Problem> errors =
                findings.stream()
                        .filter(finding -> finding.severity() == Severity.ERROR)
                        .map(Finding::problem)
                        .toList();
        if (!errors.isEmpty()) {
            throw new PlanException(errors);
        }
    }
}
