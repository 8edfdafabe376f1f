package dev.weightsmith.merge;

import java.time.Duration;
import java.util.List;

/// What a job has written.
record Written(List<File> files, Duration duration) {
    /// @param name in the output folder, or the output's own
    /// @param sha256 64 hexadecimal digits
    record File(String name, long bytes, String sha256) {}

    Written {
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(File::bytes).sum();
    }
}
