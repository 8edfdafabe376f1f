package dev.weightsmith.error;

import java.nio.file.Path;
import java.util.Optional;

/// One thing that is wrong: where, what was found, what was expected, and the way out.
///
/// @param file the file concerned, if there is one
/// @param offset the byte in that file, if known
/// @param message lower case, no full stop; names come out printable
/// @param hint what the user can do about it, if known
public record Problem(
        ErrorKind kind,
        Optional<Path> file,
        Optional<Long> offset,
        String message,
        Optional<String> hint) {

    public static Problem of(ErrorKind kind, String message) {
        return new Problem(kind, Optional.empty(), Optional.empty(), message, Optional.empty());
    }

    public static Problem of(ErrorKind kind, Path file, String message) {
        return new Problem(kind, Optional.of(file), Optional.empty(), message, Optional.empty());
    }

    public Problem at(long byteOffset) {
        return new Problem(kind, file, Optional.of(byteOffset), message, hint);
    }

    public Problem withHint(String text) {
        return new Problem(kind, file, offset, message, Optional.of(text));
    }

    /// One line: file, message, byte offset.
    @Override
    public String toString() {
        return file.map(f -> Printable.text(f.toString()) + ": ").orElse("")
                + message
                + offset.map(o -> " (at byte " + o + ")").orElse("");
    }
}
