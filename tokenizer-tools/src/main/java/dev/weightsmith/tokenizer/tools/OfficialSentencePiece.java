package dev.weightsmith.tokenizer.tools;

import ai.djl.sentencepiece.SpTokenizer;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.inference.DjlSettings;
import dev.weightsmith.inference.UnpackedLibraries;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/// The official SentencePiece library, with one model.
///
/// It is native code that a crafted model is known to crash, and the process with it; so it gets
/// the bytes of a [SentencePieceModel], which has been checked, and never a file
/// (docs/specs/hostile-inputs.md#sentencepiece-models).
final class OfficialSentencePiece implements AutoCloseable {
    private final SpTokenizer tokenizer;

    private OfficialSentencePiece(SpTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// @throws FileException if there is no library for this machine, or no place to unpack it
    static OfficialSentencePiece load(SentencePieceModel model) throws IOException {
        requireLibrary(DjlSettings.apply());
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
                                            + DjlSettings.cache()),
                    e);
        }
    }

    /// Where DJL looks for it, by its own names.
    private static void requireLibrary(Path cache) throws IOException {
        String file = System.mapLibraryName("sentencepiece_native");
        var about = new Properties();
        try (var in =
                SpTokenizer.class.getResourceAsStream("/native/lib/sentencepiece.properties")) {
            if (in == null) {
                return;
            }
            about.load(in);
        }
        UnpackedLibraries.require(
                cache.resolve("sentencepiece").resolve(about.getProperty("version", "")),
                Map.of(file, "native/lib/%s/%s".formatted(platform(), file)));
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String name = system.startsWith("mac") ? "osx" : system.startsWith("win") ? "win" : "linux";
        String processor = System.getProperty("os.arch");
        return name + "-" + (processor.equals("amd64") ? "x86_64" : processor);
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
