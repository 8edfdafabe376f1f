package dev.weightsmith.inference;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Starts PyTorch, through DJL, out of the jars that came with Weightsmith.
///
/// No other class may touch DJL before [#start] has run: [DjlSettings] come first.
public final class Torch {
    private Torch() {}

    /// A manager for the arrays of one job; the caller closes it.
    ///
    /// @throws FileException if there is no PyTorch for this machine, or no place to unpack it
    public static NDManager start(int threads) throws IOException {
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
                                            + DjlSettings.CACHE
                                            + "=FOLDER chooses another"),
                    e);
        }
    }

    /// Says everything that DJL has to know before it loads.
    ///
    /// @return where it may unpack libraries
    static Path configure(int threads) throws IOException {
        Path cache = DjlSettings.apply();
        System.setProperty("ai.djl.default_engine", "PyTorch");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        return cache;
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
}
