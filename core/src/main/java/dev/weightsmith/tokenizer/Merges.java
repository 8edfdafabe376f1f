package dev.weightsmith.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// The merges of a BPE vocabulary, the first to be applied first: every way to put a piece together
/// from two others.
///
/// A SentencePiece model gives each piece a score and joins, of all neighbours that make a piece,
/// those with the highest score, at equal scores the leftmost. The Hugging Face form lists pairs in
/// the order in which they are joined, wherever they stand; it cannot say "leftmost". The order
/// here is that of transformers' converter of LLaMA models: by score, then the longer left part,
/// then the longer right part, then by ids.
final class Merges {
    /// Two pieces that are joined, and the piece that they make, as ids.
    record Merge(int left, int right, int whole, int leftLength, int rightLength) {}

    private Merges() {}

    static List<Merge> of(SentencePieceModel model) {
        List<Piece> pieces = model.pieces();
        List<Merge> merges = new ArrayList<>();
        for (int id = 0; id < pieces.size(); id++) {
            if (isJoined(pieces.get(id))) {
                merges.addAll(splits(model, id));
            }
        }
        // The sort is stable: what is equal stays in the order of ids. The first trained piece has
        // score -0, which transformers takes for the 0 of appended ones: so does 0 minus it.
        merges.sort(
                Comparator.comparingDouble((Merge merge) -> 0 - pieces.get(merge.whole()).score())
                        .thenComparingInt(merge -> -merge.leftLength())
                        .thenComparingInt(merge -> -merge.rightLength()));
        return merges;
    }

    private static List<Merge> splits(SentencePieceModel model, int whole) {
        String text = model.pieces().get(whole).text();
        List<Merge> splits = new ArrayList<>();
        int length = text.codePointCount(0, text.length());
        int at = 0;
        for (int characters = 1; characters < length; characters++) {
            at += Character.charCount(text.codePointAt(at));
            OptionalInt left = joined(model, text.substring(0, at));
            OptionalInt right = joined(model, text.substring(at));
            if (left.isPresent() && right.isPresent()) {
                splits.add(
                        new Merge(
                                left.getAsInt(),
                                right.getAsInt(),
                                whole,
                                characters,
                                length - characters));
            }
        }
        splits.sort(Comparator.comparingInt(Merge::left).thenComparingInt(Merge::right));
        return splits;
    }

    private static OptionalInt joined(SentencePieceModel model, String text) {
        OptionalInt id = model.id(text);
        return id.isPresent() && isJoined(model.pieces().get(id.getAsInt()))
                ? id
                : OptionalInt.empty();
    }

    /// Whether different pieces with one score overlap, as `ab` and `bc` do in `abc`: the model
    /// then makes the one that stands further left, which a list of merges cannot say.
    static boolean dependOnPlace(SentencePieceModel model) {
        Map<Float, List<Merge>> equals =
                of(model).stream()
                        .collect(
                                Collectors.groupingBy(
                                        merge -> model.pieces().get(merge.whole()).score()));
        return equals.values().stream().anyMatch(Merges::overlap);
    }

    private static boolean overlap(List<Merge> equals) {
        Set<Integer> rights = equals.stream().map(Merge::right).collect(Collectors.toSet());
        return equals.stream().map(Merge::whole).distinct().count() > 1
                && equals.stream().anyMatch(merge -> rights.contains(merge.left()));
    }

    /// Control, byte and unknown pieces never come out of joining, and are never joined.
    private static boolean isJoined(Piece piece) {
        return piece.type() == Piece.Type.NORMAL;
    }
}
