package dev.weightsmith.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What DJL, which brings PyTorch and SentencePiece, must be told before it is used.
///
/// It would look on the network for what it misses, report its use, and share a folder with other
/// programs; it reads the properties that forbid this when its first class loads.
public final class DjlSettings {
    /// The property that names another folder than [#cache] would find.
    public static final String CACHE = "weightsmith.cache";

    private DjlSettings() {}

    /// Says it all. No class of DJL may have been touched.
    ///
    /// @return where it will unpack its libraries, which cannot be loaded out of a jar
    public static Path apply() throws IOException {
        Path folder = Files.createDirectories(cache().resolve("djl"));
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        // Nobody listens to DJL's log, and slf4j would complain about that on standard error.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        return folder;
    }

    /// The user's own cache folder, by the conventions of the desktop.
    public static Path cache() {
        return Optional.ofNullable(System.getProperty(CACHE))
                .map(Path::of)
                .or(() ->
                        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                                .filter(folder -> folder.startsWith("/"))
                                .map(folder -> Path.of(folder, "weightsmith")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "weightsmith"));
    }
}
