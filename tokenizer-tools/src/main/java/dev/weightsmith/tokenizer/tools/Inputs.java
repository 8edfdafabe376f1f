package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that are read, and must not be what is written.
final class Inputs {
    private Inputs() {}

    /// @throws FileException if `input` is, or lies in, the output
    static void requireNotIn(Path out, Path input) throws IOException {
        if (Files.exists(out)
                && Files.exists(input)
                && input.toRealPath().startsWith(out.toRealPath())) {
            throw new FileException(
                    Problem.of(ErrorKind.OUTPUT_CONFLICT, out, "is an input of this job")
                            .withHint("choose another --out"));
        }
    }
}
