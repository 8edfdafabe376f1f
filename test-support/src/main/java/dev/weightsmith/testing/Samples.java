package dev.weightsmith.testing;

import java.nio.file.Path;
import java.util.List;

/// The small trained family in `samples`, which every clone has.
public final class Samples {
    private static final Path FOLDER =
            Path.of(System.getProperty("weightsmith.root", "..")).resolve("samples");

    private Samples() {}

    /// A Meta checkpoint.
    public static Path base() {
        return FOLDER.resolve("base");
    }

    /// The two adapters, in the order in which they were trained.
    public static List<Path> adapters() {
        return List.of(FOLDER.resolve("chinese-llama-plus"), FOLDER.resolve("chinese-alpaca-plus"));
    }
}
