package dev.weightsmith.error;

import java.io.IOException;
import java.nio.file.Path;

/// A file whose bytes are wrong, refused or out of reach.
public final class FileException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public FileException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    public FileException(Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /// The file breaks the rules of its format.
    public static FileException malformed(Path file, String message) {
        return new FileException(Problem.of(ErrorKind.MALFORMED, file, message));
    }

    /// The file breaks the rules of its format at this byte.
    public static FileException malformed(Path file, long offset, String message) {
        return new FileException(Problem.of(ErrorKind.MALFORMED, file, message).at(offset));
    }

    /// The file asks for what is never done.
    public static FileException refused(Path file, String message) {
        return new FileException(Problem.of(ErrorKind.REFUSED, file, message));
    }

    /// The file is valid but beyond what is supported.
    public static FileException unsupported(Path file, String message) {
        return new FileException(Problem.of(ErrorKind.UNSUPPORTED, file, message));
    }

    /// A count or length is over a limit.
    public static FileException overLimit(Path file, String message) {
        return new FileException(Problem.of(ErrorKind.LIMIT, file, message));
    }
}
