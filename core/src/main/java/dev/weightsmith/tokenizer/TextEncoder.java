package dev.weightsmith.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/// Turns texts into token ids as a model gets them: with the token that begins a text, added tokens
/// cut out, and a space in front where the vocabulary wants one.
public final class TextEncoder {
    private final Vocabulary vocabulary;
    private final PieceEncoder pieces;

    public TextEncoder(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.pieces =
                new PieceEncoder(vocabulary.pieces(), vocabulary.unknown(), vocabulary.manner());
    }

    /// The ids of a text, with the token that begins one where the vocabulary wants it.
    ///
    /// @param specials whether special tokens that are spelled out in the text are meant
    public int[] encode(String text, boolean specials) {
        var out = new ArrayList<Integer>();
        OptionalInt begin = vocabulary.begin();
        if (vocabulary.addBegin()
                && begin.isPresent()
                && !(specials && text.startsWith(vocabulary.text(begin)))) {
            out.add(begin.getAsInt());
        }
        List<AddedToken> added =
                vocabulary.added().stream()
                        .filter(token -> specials || !token.special())
                        .filter(token -> !token.text().isEmpty())
                        .sorted(Comparator.comparingInt(token -> -token.text().length()))
                        .toList();
        split(text, added, out);
        return ids(out);
    }

    /// The ids of a piece of text as it stands, nothing added.
    public int[] encodePart(String text) {
        return ids(cut(text));
    }

    /// Cuts out the added tokens, the leftmost first, of those at one place the longest.
    private void split(String text, List<AddedToken> added, List<Integer> out) {
        int[] next = new int[added.size()];
        for (int from = 0; from < text.length(); ) {
            int place = text.length();
            int found = -1;
            for (int i = 0; i < next.length; i++) {
                if (next[i] >= 0 && next[i] <= from) {
                    next[i] = text.indexOf(added.get(i).text(), from);
                }
                if (next[i] >= 0 && next[i] < place) {
                    place = next[i];
                    found = i;
                }
            }
            if (place > from) {
                String part = text.substring(from, place);
                out.addAll(cut(vocabulary.spaceFirst() ? " " + part : part));
            }
            if (found < 0) {
                return;
            }
            out.add(added.get(found).id());
            from = place + added.get(found).text().length();
        }
    }

    private List<Integer> cut(String text) {
        return pieces.encode(text.replace(' ', '▁'));
    }

    private static int[] ids(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
