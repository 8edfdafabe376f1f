package dev.weightsmith.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;

/// Cuts the text of a piece into the pieces of another BPE vocabulary, as the official library cuts
/// a text: neighbours that make a piece are joined, the highest score first, the leftmost of
/// equals.
///
/// For the short texts of pieces alone: nothing is put before them or normalized.
public final class PieceCutter {
    /// @param left where the left part begins
    /// @param length of the whole
    private record Candidate(int left, int length, float score) {}

    private final SentencePieceModel model;

    public PieceCutter(SentencePieceModel model) {
        this.model = model;
    }

    /// The ids of the pieces that make up `text`; bytes, or else the unknown piece, for characters
    /// that have none.
    ///
    /// @param text with `▁` for spaces
    public List<Integer> cut(String text) {
        // Where the symbol that begins here ends, and where the one before it begins.
        int[] end = new int[text.length() + 1];
        int[] previous = new int[text.length() + 1];
        var candidates =
                new PriorityQueue<Candidate>(
                        Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
                                .thenComparingInt(Candidate::left));
        int before = -1;
        for (int at = 0; at < text.length(); at = end[at]) {
            end[at] = at + Character.charCount(text.codePointAt(at));
            previous[at] = before;
            before = at;
            if (previous[at] >= 0) {
                offer(text, previous[at], end[at], candidates);
            }
        }
        while (!candidates.isEmpty()) {
            Candidate best = candidates.remove();
            int left = best.left();
            int middle = end[left];
            boolean stale =
                    middle == 0 || middle == text.length() || end[middle] != left + best.length();
            if (stale) {
                continue;
            }
            int right = end[middle];
            end[left] = right;
            end[middle] = 0;
            if (right < text.length()) {
                previous[right] = left;
                offer(text, left, end[right], candidates);
            }
            if (previous[left] >= 0) {
                offer(text, previous[left], right, candidates);
            }
        }
        List<Integer> ids = new ArrayList<>();
        for (int at = 0; at < text.length(); at = end[at]) {
            add(text.substring(at, end[at]), ids);
        }
        return ids;
    }

    private void offer(String text, int left, int right, PriorityQueue<Candidate> candidates) {
        OptionalInt id = model.id(text.substring(left, right));
        if (id.isPresent()) {
            Piece piece = model.pieces().get(id.getAsInt());
            if (isText(piece)) {
                candidates.add(new Candidate(left, right - left, piece.score()));
            }
        }
    }

    private static boolean isText(Piece piece) {
        return switch (piece.type()) {
            case NORMAL, USER_DEFINED -> true;
            case UNUSED, UNKNOWN, CONTROL, BYTE -> false;
        };
    }

    private void add(String symbol, List<Integer> ids) {
        OptionalInt id = model.id(symbol);
        if (id.isPresent() && isText(model.pieces().get(id.getAsInt()))) {
            ids.add(id.getAsInt());
        } else if (model.byteFallback()) {
            for (byte b : symbol.getBytes(StandardCharsets.UTF_8)) {
                ids.add(model.id("<0x%02X>".formatted(b & 0xff)).orElseThrow());
            }
        } else {
            ids.add(model.unknownId());
        }
    }
}
