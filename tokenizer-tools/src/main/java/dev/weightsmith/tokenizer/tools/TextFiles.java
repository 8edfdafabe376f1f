package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.FileException;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Texts to be cut, line by line.
final class TextFiles {
    private static final int LARGEST_FILE = 64 << 20;

    /// What the native library is given at once, at most; longer lines are cut.
    private static final int LONGEST_LINE = 1 << 16;

    private TextFiles() {}

    /// The lines of all files that hold more than white space.
    ///
    /// @throws FileException if a file is too large, is no UTF-8, or there is nothing in them
    static List<String> lines(List<Path> files) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path path : files) {
            try (var file = InputFile.open(path)) {
                if (file.size() > LARGEST_FILE) {
                    throw FileException.overLimit(
                            path, "is " + file.size() + " bytes, expected at most " + LARGEST_FILE);
                }
                StrictJson.text(path, 0, file.bytes(0, (int) file.size()))
                        .lines()
                        .filter(line -> !line.isBlank())
                        .forEach(line -> cut(line, lines));
            }
        }
        if (lines.isEmpty()) {
            throw FileException.malformed(files.getFirst(), "holds no text");
        }
        return lines;
    }

    private static void cut(String line, List<String> lines) {
        int from = 0;
        while (line.length() - from > LONGEST_LINE) {
            int to = from + LONGEST_LINE;
            to = Character.isHighSurrogate(line.charAt(to - 1)) ? to - 1 : to;
            lines.add(line.substring(from, to));
            from = to;
        }
        lines.add(line.substring(from));
    }
}
