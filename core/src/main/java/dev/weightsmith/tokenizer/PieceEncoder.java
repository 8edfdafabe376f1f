package dev.weightsmith.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Cuts text into the pieces of a SentencePiece BPE vocabulary, as the official library and
/// llama.cpp cut it: the text alone, with nothing put around it ([TextEncoder] does that).
///
/// A text begins as its characters; then the pair of neighbours whose union is the piece of the
/// highest score is joined, the leftmost of equals first, until no union is a piece. What has no
/// piece in the end becomes its UTF-8 bytes, or the unknown piece in a vocabulary without bytes.
public final class PieceEncoder {
    private static final int NONE = -1;

    private final List<Piece> pieces;
    private final int unknown;
    private final Manner manner;
    private final Map<String, Integer> ids = new HashMap<>();
    private final int[] bytes = new int[256];
    private final boolean byteFallback;
    private int longestWhole;
    private boolean linesApart = true;

    /// @param pieces by token id
    /// @param unknown the id of what has neither a piece nor bytes
    public PieceEncoder(List<Piece> pieces, int unknown, Manner manner) {
        this.pieces = List.copyOf(pieces);
        this.unknown = unknown;
        this.manner = manner;
        Arrays.fill(bytes, NONE);
        for (int id = 0; id < pieces.size(); id++) {
            Piece piece = pieces.get(id);
            linesApart &= piece.text().length() == 1 || piece.text().indexOf('\n') < 0;
            linesApart &= !isTakenApart(id);
            switch (piece.type()) {
                case NORMAL, UNUSED -> ids.putIfAbsent(piece.text(), id);
                case USER_DEFINED -> {
                    ids.putIfAbsent(piece.text(), id);
                    longestWhole = Math.max(longestWhole, piece.text().length());
                }
                case BYTE -> bytes[HexFormat.fromHexDigits(piece.text(), 3, 5)] = id;
                case CONTROL, UNKNOWN -> {}
            }
        }
        this.byteFallback = Arrays.stream(bytes).noneMatch(id -> id == NONE);
    }

    /// Cuts texts as the official library does with that model.
    public static PieceEncoder of(SentencePieceModel model) {
        return new PieceEncoder(model.pieces(), model.unknownId(), Manner.SENTENCE_PIECE);
    }

    /// The ids of the pieces that make up a text.
    ///
    /// @param text with `▁` for spaces
    public List<Integer> encode(String text) {
        var out = new ArrayList<Integer>();
        // Line by line where no piece goes beyond one, which comes to the same and keeps a long
        // text's pairs out of memory.
        for (int from = 0; from < text.length(); ) {
            int newline = linesApart ? text.indexOf('\n', from) : -1;
            int to = newline < 0 ? text.length() : newline + 1;
            new JoinedText(this, text.substring(from, to)).parts().forEach(part -> add(part, out));
            from = to;
        }
        return out;
    }

    /// The id of a piece that can come out of a text, or a negative number.
    int id(String text) {
        return ids.getOrDefault(text, NONE);
    }

    /// To be compared with [Float#compare], for which -0 is below 0.
    float score(int id) {
        float score = pieces.get(id).score();
        return switch (manner) {
            case SENTENCE_PIECE -> score;
            // -0 becomes 0.
            case LLAMA_CPP -> score + 0f;
        };
    }

    /// Whether this piece, once joined, must not come out.
    boolean isTakenApart(int id) {
        return switch (manner) {
            case SENTENCE_PIECE -> pieces.get(id).type() == Piece.Type.UNUSED;
            case LLAMA_CPP -> false;
        };
    }

    /// The length of the longest user-defined piece that stands here, or 0.
    int wholeLength(String text, int start) {
        for (int length = Math.min(longestWhole, text.length() - start); length > 0; length--) {
            int id = id(text.substring(start, start + length));
            if (id >= 0 && pieces.get(id).type() == Piece.Type.USER_DEFINED) {
                return length;
            }
        }
        return 0;
    }

    private void add(String part, List<Integer> out) {
        int id = id(part);
        if (id >= 0) {
            out.add(id);
        } else if (byteFallback) {
            for (byte one : part.getBytes(StandardCharsets.UTF_8)) {
                out.add(bytes[one & 0xff]);
            }
        } else {
            out.add(unknown);
        }
    }
}
