package dev.weightsmith.cli;

import java.io.IOException;

/// Who read our output has gone, as `head` does: nothing more to say, and nobody to say it to.
final class ClosedPipeException extends IOException {
    private static final long serialVersionUID = 1;

    ClosedPipeException(IOException cause) {
        super(cause);
    }
}
