package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a vocabulary makes of a text.
///
/// @param characters of the text, as code points
/// @param bytes of the text, as UTF-8
/// @param tokens all that came out
/// @param byteTokens those of them that are single bytes of characters without a piece
/// @param unknown those of them that stand for characters without a piece, where there are no bytes
/// @param uses how often each id came out
record Cut(
        TokenizerModel vocabulary,
        long characters,
        long bytes,
        long tokens,
        long byteTokens,
        long unknown,
        Map<Integer, Integer> uses) {

    /// @throws dev.weightsmith.error.FileException if the official library cannot be started
    static Cut of(TokenizerModel vocabulary, List<String> lines) throws IOException {
        SentencePieceModel model = vocabulary.model();
        long characters = 0;
        long bytes = 0;
        long tokens = 0;
        var uses = new TreeMap<Integer, Integer>();
        try (var library = OfficialSentencePiece.load(model)) {
            for (String line : lines) {
                characters += line.codePointCount(0, line.length());
                bytes += line.getBytes(StandardCharsets.UTF_8).length;
                int[] ids = library.encode(line);
                tokens += ids.length;
                Arrays.stream(ids).forEach(id -> uses.merge(id, 1, Integer::sum));
            }
        }
        return new Cut(
                vocabulary,
                characters,
                bytes,
                tokens,
                count(model, uses, Piece.Type.BYTE),
                count(model, uses, Piece.Type.UNKNOWN),
                uses);
    }

    private static long count(
            SentencePieceModel model, Map<Integer, Integer> uses, Piece.Type type) {
        return uses.entrySet().stream()
                .filter(use -> model.pieces().get(use.getKey()).type() == type)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    double charactersPerToken() {
        return (double) characters / Math.max(1, tokens);
    }

    double bytesPerToken() {
        return (double) bytes / Math.max(1, tokens);
    }

    /// Between 0 and 1.
    double byteShare() {
        return (double) byteTokens / Math.max(1, tokens);
    }
}
