package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.error.PlanException;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import dev.weightsmith.tokenizer.VocabularyMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// How one vocabulary differs from another.
///
/// @param common pieces that both have
/// @param removed those that only the first has, in its order
/// @param added those that only the second has, in its order
/// @param moved common ones with another id
/// @param changed common ones with another score or type
/// @param rebuilt what the first becomes when `added` is added to it
record Difference(
        int common,
        List<String> removed,
        List<String> added,
        List<String> moved,
        List<String> changed,
        Rebuilt rebuilt) {
    enum Rebuilt {
        /// The second, every byte of its file.
        SAME_BYTES,
        /// The second's pieces in its order.
        SAME_PIECES,
        OTHER
    }

    Difference {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
        moved = List.copyOf(moved);
        changed = List.copyOf(changed);
    }

    static Difference of(SentencePieceModel first, SentencePieceModel second) {
        List<String> removed = new ArrayList<>();
        List<String> added = new ArrayList<>();
        List<String> moved = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        int common = 0;
        for (int id = 0; id < first.pieces().size(); id++) {
            Piece piece = first.pieces().get(id);
            OptionalInt other = second.id(piece.text());
            if (other.isEmpty()) {
                removed.add(piece.text());
                continue;
            }
            common++;
            if (other.getAsInt() != id) {
                moved.add(piece.text());
            }
            if (!second.pieces().get(other.getAsInt()).equals(piece)) {
                changed.add(piece.text());
            }
        }
        for (Piece piece : second.pieces()) {
            if (first.id(piece.text()).isEmpty()) {
                added.add(piece.text());
            }
        }
        return new Difference(
                common, removed, added, moved, changed, rebuilt(first, second, added));
    }

    private static Rebuilt rebuilt(
            SentencePieceModel first, SentencePieceModel second, List<String> added) {
        try {
            SentencePieceModel grown = VocabularyMerge.of(first, added).model();
            if (!grown.pieces().equals(second.pieces())) {
                return Rebuilt.OTHER;
            }
            return Arrays.equals(grown.bytes(), second.bytes())
                    ? Rebuilt.SAME_BYTES
                    : Rebuilt.SAME_PIECES;
        } catch (PlanException e) {
            // A unigram model is never grown.
            return Rebuilt.OTHER;
        }
    }
}
