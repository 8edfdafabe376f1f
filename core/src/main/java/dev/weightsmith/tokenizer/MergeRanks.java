package dev.weightsmith.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// The merges of a `tokenizer.json`, and whether scores can say the same.
///
/// Both forms join neighbours step by step: a list of merges the pair of the lowest rank, scores
/// the pair that makes the piece of the highest score. They do the same on every text if all merges
/// that make one piece follow each other, if every pair of pieces that make a piece is in the list,
/// and if no two ways of making one piece overlap.
final class MergeRanks {
    /// @param left the id of the left part
    private record Pair(int left, int right) {}

    private final Map<Pair, Integer> ranks = new HashMap<>();
    private final Map<Integer, List<Integer>> byWhole = new HashMap<>();
    private final int size;

    private MergeRanks(int size) {
        this.size = size;
    }

    /// @param ids the id of every piece
    /// @throws FileException if a merge is no pair of pieces that make a piece, or comes twice
    static MergeRanks read(Path file, JsonNode merges, Map<String, Integer> ids)
            throws FileException {
        if (!merges.isArray()) {
            throw FileException.malformed(file, "model.merges is missing or no list");
        }
        var ranks = new MergeRanks(merges.size());
        int rank = 0;
        for (JsonNode merge : merges) {
            ranks.add(file, rank++, merge, ids);
        }
        return ranks;
    }

    private void add(Path file, int rank, JsonNode merge, Map<String, Integer> ids)
            throws FileException {
        String[] parts =
                merge.isArray() && merge.size() == 2
                        ? new String[] {merge.path(0).asText(""), merge.path(1).asText("")}
                        : merge.asText("").split(" ", -1);
        if (parts.length != 2) {
            throw malformed(file, rank, merge, "is no pair of pieces");
        }
        Integer left = ids.get(parts[0]);
        Integer right = ids.get(parts[1]);
        Integer whole = ids.get(parts[0] + parts[1]);
        if (left == null || right == null || whole == null) {
            throw malformed(file, rank, merge, "joins or makes what is no piece");
        }
        if (ranks.putIfAbsent(new Pair(left, right), rank) != null) {
            throw malformed(file, rank, merge, "comes twice");
        }
        byWhole.computeIfAbsent(whole, _ -> new ArrayList<>()).add(rank);
    }

    private static FileException malformed(Path file, int rank, JsonNode merge, String what) {
        return FileException.malformed(
                file, "merge " + rank + ", " + Printable.name(merge.toString()) + ", " + what);
    }

    /// Minus the rank of the first merge that makes the piece; for one that no merge makes, lower
    /// than all others.
    float score(int id) {
        List<Integer> making = byWhole.get(id);
        return -(making == null ? size : making.getFirst());
    }

    /// Why a model with these scores may cut a text in another way; empty if it never does.
    List<String> doubts(SentencePieceModel model) {
        List<String> doubts = new ArrayList<>();
        say(doubts, model, scattered(), "is made by merges that do not follow each other");
        Set<Integer> missing = new HashSet<>();
        Set<Integer> overlapping = new HashSet<>();
        for (int id = 0; id < model.pieces().size(); id++) {
            if (model.pieces().get(id).type() == Piece.Type.NORMAL) {
                examine(model, id, missing, overlapping);
            }
        }
        say(doubts, model, missing, "can be made in a way that is no merge");
        say(doubts, model, overlapping, "can be made in two ways that overlap");
        return doubts;
    }

    private Set<Integer> scattered() {
        Set<Integer> scattered = new HashSet<>();
        byWhole.forEach((whole, making) -> {
            if (making.getLast() - making.getFirst() != making.size() - 1) {
                scattered.add(whole);
            }
        });
        return scattered;
    }

    private void examine(
            SentencePieceModel model, int id, Set<Integer> missing, Set<Integer> overlapping) {
        String text = model.pieces().get(id).text();
        Set<String> rights = new HashSet<>();
        Set<String> lefts = new HashSet<>();
        for (int at = Character.charCount(text.codePointAt(0));
                at < text.length();
                at += Character.charCount(text.codePointAt(at))) {
            String left = text.substring(0, at);
            String right = text.substring(at);
            if (!isSymbol(model, left) || !isSymbol(model, right)) {
                continue;
            }
            OptionalInt leftId = model.id(left);
            OptionalInt rightId = model.id(right);
            if (leftId.isEmpty()
                    || rightId.isEmpty()
                    || !ranks.containsKey(new Pair(leftId.getAsInt(), rightId.getAsInt()))) {
                missing.add(id);
            }
            if (!left.equals(right)) {
                lefts.add(left);
                rights.add(right);
            }
        }
        if (lefts.stream().anyMatch(rights::contains)) {
            overlapping.add(id);
        }
    }

    /// Whether the text can stand as one symbol while a text is cut: a piece, or a single
    /// character.
    private static boolean isSymbol(SentencePieceModel model, String text) {
        OptionalInt id = model.id(text);
        return id.isPresent()
                ? model.pieces().get(id.getAsInt()).type() == Piece.Type.NORMAL
                : text.codePointCount(0, text.length()) == 1;
    }

    private static void say(
            List<String> doubts, SentencePieceModel model, Set<Integer> ids, String what) {
        if (!ids.isEmpty()) {
            int first = ids.stream().mapToInt(Integer::intValue).min().orElseThrow();
            doubts.add(
                    Printable.name(model.pieces().get(first).text())
                            + (ids.size() == 1 ? "" : " and " + (ids.size() - 1) + " more pieces")
                            + " "
                            + what);
        }
    }
}
