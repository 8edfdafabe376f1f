package dev.weightsmith.digest;

import dev.weightsmith.error.Problem;
import java.nio.file.Path;

/// What became of one file that was to be digested.
public sealed interface DigestedFile {
    Path file();

    /// Its digest, of exactly `bytes` bytes.
    record Done(Path file, Digest digest, long bytes) implements DigestedFile {}

    /// Why it has none.
    record Failed(Path file, Problem problem) implements DigestedFile {}
}
