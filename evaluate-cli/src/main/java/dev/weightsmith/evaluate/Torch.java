package dev.weightsmith.evaluate;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Starts PyTorch, through DJL, out of the jars that came with Weightsmith.
///
/// DJL would look on the network for what it misses, report its use, and share a folder with other
/// programs; it reads the properties that forbid this when its first class loads, so no other class
/// may touch DJL before [#start] has run.
final class Torch {
    /// Where PyTorch's libraries are unpacked; they cannot be loaded out of a jar.
    static final String CACHE = "weightsmith.cache";

    private Torch() {}

    /// A manager for the arrays of one job; the caller closes it.
    ///
    /// @throws FileException if there is no PyTorch for this machine, or no place to unpack it
    static NDManager start(int threads) throws IOException {
        requirePlatform();
        Path cache = configure(threads);
        try {
            return Engine.getEngine("PyTorch").newBaseManager();
        } catch (EngineException | UnsatisfiedLinkError e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    cache,
                                    "PyTorch cannot be started from here: " + e.getMessage())
                            .withHint(
                                    "its libraries are unpacked again if you delete that folder;"
                                            + " WEIGHTSMITH_JAVA_OPTS=-D"
                                            + CACHE
                                            + "=FOLDER chooses another"),
                    e);
        }
    }

    /// Says everything that DJL has to know before it loads.
    ///
    /// @return where it may unpack libraries
    static Path configure(int threads) throws IOException {
        Path cache = Files.createDirectories(cache().resolve("djl"));
        set("ai.djl.offline", "true");
        set("OPT_OUT_TRACKING", "true");
        set("DJL_CACHE_DIR", cache.toString());
        set("ENGINE_CACHE_DIR", cache.toString());
        set("ai.djl.default_engine", "PyTorch");
        set("ai.djl.pytorch.num_threads", Integer.toString(threads));
        set("ai.djl.pytorch.num_interop_threads", "1");
        // Nobody listens to DJL's log, and slf4j would complain about that on standard error.
        set("slf4j.internal.verbosity", "ERROR");
        return cache;
    }

    private static void set(String property, String value) {
        System.setProperty(property, value);
    }

    private static void requirePlatform() throws FileException {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!system.contains("linux") || !processor.matches("amd64|x86_64")) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    "evaluate runs on Linux x86-64 alone, this is "
                                            + system
                                            + " "
                                            + processor)
                            .withHint(
                                    "that is the PyTorch that comes with Weightsmith; everything"
                                            + " else works here"));
        }
    }

    /// The user's own cache folder, by the conventions of the desktop.
    private static Path cache() {
        return Optional.ofNullable(System.getProperty(CACHE))
                .map(Path::of)
                .or(() ->
                        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                                .filter(folder -> folder.startsWith("/"))
                                .map(folder -> Path.of(folder, "weightsmith")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "weightsmith"));
    }
}
