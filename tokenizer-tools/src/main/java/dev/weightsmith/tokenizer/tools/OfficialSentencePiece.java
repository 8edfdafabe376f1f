package dev.weightsmith.tokenizer.tools;

import ai.djl.sentencepiece.SpTokenizer;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The official SentencePiece library, with one model.
///
/// It is native code that a crafted model is known to crash, and the process with it; so it gets
/// the bytes of a [SentencePieceModel], which has been checked, and never a file
/// (specs/hostile-inputs.md A.1.6).
final class OfficialSentencePiece implements AutoCloseable {
    private final SpTokenizer tokenizer;

    private OfficialSentencePiece(SpTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// @throws FileException if there is no library for this machine, or no place to unpack it
    static OfficialSentencePiece load(SentencePieceModel model) throws IOException {
        prepare();
        try {
            return new OfficialSentencePiece(new SpTokenizer(model.bytes()));
        } catch (IllegalStateException | UnsatisfiedLinkError e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    "the SentencePiece library cannot be started: "
                                            + e.getMessage())
                            .withHint(
                                    "it comes for Linux, macOS and Windows; it is unpacked to "
                                            + cache()),
                    e);
        }
    }

    /// DJL, which holds the library, would look on the network for what it misses, report its use
    /// and share a folder with other programs; it reads the properties that forbid this when its
    /// first class loads.
    static void prepare() throws IOException {
        Path cache = Files.createDirectories(cache().resolve("djl"));
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        System.setProperty("ENGINE_CACHE_DIR", cache.toString());
        // Nobody listens to DJL's log, and slf4j would complain about that on standard error.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    /// The user's own cache folder, by the conventions of the desktop.
    private static Path cache() {
        return Optional.ofNullable(System.getProperty("weightsmith.cache"))
                .map(Path::of)
                .or(() ->
                        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                                .filter(folder -> folder.startsWith("/"))
                                .map(folder -> Path.of(folder, "weightsmith")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "weightsmith"));
    }

    /// The ids of a text, nothing put before or after it but what the model itself does.
    int[] encode(String text) {
        return tokenizer.getProcessor().encode(text);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
