package dev.weightsmith.digest;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.io.Sums;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/// A check file: digests and the names of the files that they are of, as `sha256sum` writes it
/// (docs/formats/checkfile.md).
///
/// @param path the list itself
/// @param entries in the list's order, at least one
/// @param malformed the lines that are neither entry, comment nor blank
public record DigestList(Path path, List<Entry> entries, List<Malformed> malformed) {
    /// One file's line.
    ///
    /// @param line counted from 1
    /// @param name as meant, with escapes undone
    public record Entry(long line, Digest digest, String name) {
        @Override
        public String toString() {
            return DigestList.line(digest, name);
        }
    }

    /// A line that could not be understood.
    ///
    /// @param line counted from 1
    public record Malformed(long line, String message) {
        @Override
        public String toString() {
            return "line %d: %s".formatted(line, message);
        }
    }

    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_LINES = 1_000_000;
    private static final int MAX_LINE_BYTES = 8 << 10;

    public DigestList {
        entries = List.copyOf(entries);
        malformed = List.copyOf(malformed);
    }

    /// Reads a list. Malformed lines are kept apart, so that the others can still be checked.
    ///
    /// @throws FileException if it cannot be read, is over a limit, holds no entry, or is of
    ///   digests other than SHA-256
    public static DigestList read(Path path) throws IOException {
        byte[] bytes;
        try (var file = InputFile.open(path)) {
            if (file.size() > MAX_BYTES) {
                throw FileException.overLimit(
                        path, "is %d bytes, expected at most %d".formatted(file.size(), MAX_BYTES));
            }
            bytes = file.bytes(0, (int) file.size());
            file.requireUnchanged();
        }
        return parse(path, bytes);
    }

    private static DigestList parse(Path path, byte[] bytes) throws FileException {
        int start = startOfText(path, bytes);
        var lines = new DigestLines();
        for (long line = 1; start < bytes.length; line++) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            if (line > MAX_LINES) {
                throw FileException.overLimit(path, "has more than %d lines".formatted(MAX_LINES));
            }
            if (end - start > MAX_LINE_BYTES) {
                throw FileException.overLimit(
                        path,
                        "line %d is %d bytes, expected at most %d"
                                .formatted(line, end - start, MAX_LINE_BYTES));
            }
            lines.add(line, bytes, start, end);
            start = end + 1;
        }
        return lines.list(path);
    }

    /// Behind a byte order mark.
    private static int startOfText(Path path, byte[] bytes) throws FileException {
        String start = HexFormat.of().formatHex(bytes, 0, Math.min(3, bytes.length));
        if (start.startsWith("fffe") || start.startsWith("feff")) {
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, path, "is UTF-16, expected UTF-8")
                            .withHint("PowerShell's > writes UTF-16: save the list as UTF-8"));
        }
        return start.equals("efbbbf") ? 3 : 0;
    }

    /// A line of a list, without its end: `sha256sum`'s two columns, with a leading backslash where
    /// the name needs escapes.
    public static String line(Digest digest, String name) {
        return Sums.line(digest.toString(), name);
    }

    /// The text of a list that holds `entries`.
    public static String text(List<Entry> entries) {
        var text = new StringBuilder();
        entries.forEach(entry -> text.append(entry).append('\n'));
        return text.toString();
    }
}
