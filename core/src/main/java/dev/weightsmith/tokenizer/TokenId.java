package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import java.nio.file.Path;

/// Ids of tokens in the JSON files of tokenizers.
final class TokenId {
    private TokenId() {}

    /// @param what the token is called in an error
    /// @param text of the token
    /// @throws FileException if `number` is no id
    static int of(Path file, String what, String text, JsonNode number) throws FileException {
        if (!number.isIntegralNumber()
                || !number.canConvertToInt()
                || number.intValue() < 0
                || number.intValue() >= SentencePieceModel.MOST_PIECES) {
            throw FileException.malformed(
                    file,
                    "the "
                            + what
                            + " "
                            + Printable.name(text)
                            + " has the id "
                            + Printable.text(number.toString())
                            + ", expected 0 to "
                            + (SentencePieceModel.MOST_PIECES - 1));
        }
        return number.intValue();
    }
}
