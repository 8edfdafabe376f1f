package dev.weightsmith.tokenizer.tools;

import ai.djl.sentencepiece.SpTokenizer;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.inference.DjlSettings;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.io.IOException;

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
        DjlSettings.apply();
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

    /// The ids of a text, nothing put before or after it but what the model itself does.
    int[] encode(String text) {
        return tokenizer.getProcessor().encode(text);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
