package dev.weightsmith.cli;

import dev.weightsmith.error.ErrorKind;

/// What the process tells its caller. The numbers are a promise: scripts rely on them.
public enum ExitCode {
    DONE(0),
    INTERNAL(1),
    USAGE(2),
    MALFORMED(3),
    REFUSED(4),
    CHECK_FAILED(5),
    UNSUPPORTED(6),
    OUTPUT_CONFLICT(7),
    NO_SPACE(8),
    IO(9),
    LIMIT(10),
    CHANGED(11),
    /// 128 + SIGPIPE: who read the output went away.
    CLOSED_PIPE(141);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// Inputs that do not fit together are malformed input, seen as a whole.
    public static ExitCode of(ErrorKind kind) {
        return switch (kind) {
            case MALFORMED, MISMATCH -> MALFORMED;
            case REFUSED -> REFUSED;
            case CHECK_FAILED -> CHECK_FAILED;
            case UNSUPPORTED -> UNSUPPORTED;
            case OUTPUT_CONFLICT -> OUTPUT_CONFLICT;
            case NO_SPACE -> NO_SPACE;
            case IO -> IO;
            case LIMIT -> LIMIT;
            case CHANGED -> CHANGED;
        };
    }
}
