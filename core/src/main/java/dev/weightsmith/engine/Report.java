package dev.weightsmith.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a run of the engine has written.
///
/// @param target the file or folder under its final name
public record Report(Path target, List<Written> files, Duration duration) {
    /// @param name in the target folder, or the target's own
    /// @param sha256 64 hexadecimal digits, taken from the stream
    public record Written(String name, long bytes, String sha256) {}

    public Report {
        files = List.copyOf(files);
    }

    public long bytes() {
        return files.stream().mapToLong(Written::bytes).sum();
    }
}
