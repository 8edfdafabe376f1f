package dev.weightsmith.inference;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Platform;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.PrivateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
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
        requireLibraries(cache);
        // DJL looks for graphics cards through a library that would be left in the user's cache.
        try (var temporary = PrivateFolder.temporary("jna")) {
            System.setProperty("jna.tmpdir", temporary.path().toString());
            return Engine.getEngine("PyTorch").newBaseManager();
        } catch (EngineException | UnsatisfiedLinkError e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    cache,
                                    "PyTorch cannot be started from here: " + e.getMessage())
                            .withHint(
                                    "WEIGHTSMITH_JAVA_OPTS=-D"
                                            + DjlSettings.CACHE
                                            + "=FOLDER chooses another"),
                    e);
        }
    }

    /// Where DJL looks for them, by its own names.
    private static void requireLibraries(Path cache) throws IOException {
        Platform platform = Platform.detectPlatform("pytorch");
        String kind = platform.getFlavor() + "/" + platform.getClassifier() + "/";
        var resources = new HashMap<String, String>();
        for (String library : platform.getLibraries()) {
            resources.put(library, "pytorch/" + kind + library);
        }
        resources.put(
                platform.getApiVersion() + "-libdjl_torch.so",
                "jnilib/%s/%s/libdjl_torch.so"
                        .formatted(platform.getClassifier(), platform.getFlavor()));
        UnpackedLibraries.require(
                cache.resolve(
                        "pytorch/%s-%s-%s"
                                .formatted(
                                        platform.getVersion(),
                                        platform.getFlavor(),
                                        platform.getClassifier())),
                resources);
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
