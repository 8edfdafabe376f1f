package dev.weightsmith.tokenizer;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A plain list of pieces: UTF-8 text, one piece a line, `▁` for spaces, as `tokenizer diff
/// --pieces-out` writes it.
///
/// Nothing is trimmed or skipped: a line that cannot be a piece is an error, so that a list never
/// gives another vocabulary than it shows. Lines may end as on Windows, and a byte order mark at
/// the beginning is none of the first piece.
public final class PieceList {
    private static final int LARGEST_FILE = 64 << 20;
    private static final int LONGEST_LINE = 1 << 14;

    private PieceList() {}

    /// Whether a file is a list and not a SentencePiece model: its name ends in `.txt`, or it holds
    /// no control characters but line ends. Every SentencePiece model holds some.
    static boolean isList(Path path, byte[] bytes) {
        if (isNamedList(path)) {
            return true;
        }
        for (byte b : bytes) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r') {
                return false;
            }
        }
        return bytes.length > 0;
    }

    static boolean isNamedList(Path path) {
        return String.valueOf(path.getFileName()).endsWith(".txt");
    }

    /// The bytes of a model or list.
    static byte[] bytes(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            if (file.size() > LARGEST_FILE) {
                throw FileException.overLimit(
                        path, "is " + file.size() + " bytes, expected at most " + LARGEST_FILE);
            }
            return file.bytes(0, (int) file.size());
        }
    }

    /// @throws FileException if it is no UTF-8, or a line is empty, too long, or holds a space or
    ///   control character
    static List<String> parse(Path path, byte[] bytes) throws IOException {
        String text = StrictJson.text(path, 0, bytes);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        if (text.startsWith("version https://git-lfs")) {
            OtherTokenizers.refuse(path, bytes);
        }
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int last = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
            pieces.add(piece(path, pieces.size() + 1, text.substring(start, last)));
            start = end + 1;
            if (pieces.size() > SentencePieceModel.MOST_PIECES) {
                throw FileException.overLimit(
                        path, "has more than " + SentencePieceModel.MOST_PIECES + " lines");
            }
        }
        if (pieces.isEmpty()) {
            throw FileException.malformed(path, "is empty, expected one piece a line");
        }
        return pieces;
    }

    private static String piece(Path path, int line, String text) throws FileException {
        if (text.isEmpty()) {
            throw FileException.malformed(path, "line " + line + " is empty, expected a piece");
        }
        if (text.length() > LONGEST_LINE) {
            throw FileException.overLimit(
                    path,
                    "line "
                            + line
                            + " is "
                            + text.length()
                            + " characters long, expected at most "
                            + LONGEST_LINE);
        }
        if (text.chars().anyMatch(c -> c == ' ' || Character.isISOControl(c))) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    path,
                                    "line " + line + " holds a space, tab or control character")
                            .withHint(
                                    "one piece a line, without score; a space is written as ▁"
                                            + " (U+2581)"));
        }
        return text;
    }

    /// @throws IllegalArgumentException if a piece cannot stand in a list
    public static byte[] write(List<String> pieces) {
        var text = new StringBuilder();
        for (String piece : pieces) {
            if (piece.isEmpty()
                    || piece.chars().anyMatch(c -> c == ' ' || Character.isISOControl(c))) {
                throw new IllegalArgumentException("a piece that a list cannot hold");
            }
            text.append(piece).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
