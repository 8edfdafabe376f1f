package dev.weightsmith.inference;

import dev.weightsmith.error.FileException;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;

/// Reads the user's texts.
public final class PlainText {
    private static final int LARGEST = 16 << 20;

    private PlainText() {}

    /// All of a file.
    ///
    /// @throws FileException if it is not UTF-8, or too long to be cut into tokens here
    public static String read(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            if (file.size() > LARGEST) {
                throw FileException.overLimit(
                        path, "is " + file.size() + " bytes of text, expected at most " + LARGEST);
            }
            String text = StrictJson.text(path, 0, file.bytes(0, (int) file.size()));
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        }
    }
}
