package dev.weightsmith;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The conformance data beside the project: real models and what the reference programs made of
/// them. Tests that need it say that they were skipped where it does not exist.
public final class SharedData {
    private static final Path FOLDER =
            Path.of(System.getProperty("weightsmith.root", ".."))
                    .resolve("../shared/data")
                    .normalize();

    private SharedData() {}

    /// A file or folder of the conformance data; the calling test is skipped where there is none.
    public static Path path(String name) {
        assumePresent();
        return FOLDER.resolve(name);
    }

    /// Skips the calling test where there is no conformance data. Inside `assertThatThrownBy` that
    /// would be too late: it takes the skipping for the exception.
    public static void assumePresent() {
        Assumptions.assumeTrue(
                Files.isDirectory(FOLDER),
                "skipped: no conformance data in ../shared/data (see CONTRIBUTING.md)");
    }
}
