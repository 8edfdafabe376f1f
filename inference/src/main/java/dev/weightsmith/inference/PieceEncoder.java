package dev.weightsmith.inference;

import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.Piece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;

/// Cuts text into the pieces of a SentencePiece BPE vocabulary, as the official library and
/// llama.cpp cut it.
///
/// A text begins as its characters; then the pair of neighbours whose union is the piece of the
/// highest score is joined, the leftmost of equals first, until no union is a piece. What has no
/// piece in the end becomes its UTF-8 bytes.
public final class PieceEncoder {
    private static final char SPACE = '▁';

    private final Vocabulary vocabulary;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, Integer> whole = new HashMap<>();
    private final int[] bytes = new int[256];
    private final boolean byteFallback;
    private int longestWhole;
    private boolean linesApart = true;

    public PieceEncoder(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        boolean allBytes = true;
        var byteIds = new HashMap<String, Integer>();
        for (int id = 0; id < vocabulary.pieces().size(); id++) {
            Piece piece = vocabulary.pieces().get(id);
            linesApart &= piece.text().length() == 1 || piece.text().indexOf('\n') < 0;
            switch (piece.type()) {
                case NORMAL, UNUSED -> ids.putIfAbsent(piece.text(), id);
                case USER_DEFINED -> {
                    ids.putIfAbsent(piece.text(), id);
                    whole.put(piece.text(), id);
                    longestWhole = Math.max(longestWhole, piece.text().length());
                }
                case BYTE -> byteIds.put(piece.text(), id);
                case CONTROL, UNKNOWN -> {}
            }
        }
        for (int value = 0; value < bytes.length; value++) {
            Integer id = byteIds.get(String.format("<0x%02X>", value));
            allBytes &= id != null;
            bytes[value] = id == null ? vocabulary.unknown() : id;
        }
        this.byteFallback = allBytes;
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
        return out.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The ids of a piece of text as it stands, nothing added.
    int[] encodePart(String text) {
        var out = new ArrayList<Integer>();
        merge(text.replace(' ', SPACE), out);
        return out.stream().mapToInt(Integer::intValue).toArray();
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
                merge((vocabulary.spaceFirst() ? SPACE + part : part).replace(' ', SPACE), out);
            }
            if (found < 0) {
                return;
            }
            out.add(added.get(found).id());
            from = place + added.get(found).text().length();
        }
    }

    /// One symbol of the text on its way to become a piece: a link of a chain.
    private static final class Symbol {
        private int start;
        private int end;
        private int previous;
        private int next;
        private boolean fixed;
    }

    /// Two neighbours that could be joined.
    ///
    /// @param length of both when the pair was seen; one that has grown since is another pair
    private record Pair(int left, int right, int length, float score) {}

    /// Joins line by line where no piece goes beyond one, which comes to the same and keeps a long
    /// text's pairs out of memory.
    private void merge(String text, List<Integer> out) {
        for (int from = 0; from < text.length(); ) {
            int newline = linesApart ? text.indexOf('\n', from) : -1;
            int to = newline < 0 ? text.length() : newline + 1;
            mergeLine(text.substring(from, to), out);
            from = to;
        }
    }

    private void mergeLine(String text, List<Integer> out) {
        List<Symbol> symbols = symbols(text);
        var pairs =
                new PriorityQueue<Pair>(
                        Comparator.comparingDouble((Pair pair) -> -pair.score())
                                .thenComparingInt(Pair::left));
        for (int right = 1; right < symbols.size(); right++) {
            offer(text, symbols, right - 1, right, pairs);
        }
        while (!pairs.isEmpty()) {
            Pair pair = pairs.remove();
            Symbol left = symbols.get(pair.left());
            Symbol right = symbols.get(pair.right());
            boolean stale =
                    left.start == left.end
                            || right.start == right.end
                            || right.end - left.start != pair.length();
            if (stale) {
                continue;
            }
            left.end = right.end;
            right.start = right.end;
            left.next = right.next;
            if (right.next >= 0) {
                symbols.get(right.next).previous = pair.left();
                offer(text, symbols, pair.left(), right.next, pairs);
            }
            if (left.previous >= 0) {
                offer(text, symbols, left.previous, pair.left(), pairs);
            }
        }
        for (int i = 0; i >= 0; i = symbols.get(i).next) {
            add(text.substring(symbols.get(i).start, symbols.get(i).end), out);
        }
    }

    private List<Symbol> symbols(String text) {
        var symbols = new ArrayList<Symbol>();
        for (int start = 0; start < text.length(); ) {
            var symbol = new Symbol();
            int wholeLength = wholeLength(text, start);
            symbol.fixed = wholeLength > 0;
            symbol.start = start;
            symbol.end =
                    start
                            + (symbol.fixed
                                    ? wholeLength
                                    : Character.charCount(text.codePointAt(start)));
            symbol.previous = symbols.size() - 1;
            symbol.next = symbol.end < text.length() ? symbols.size() + 1 : -1;
            symbols.add(symbol);
            start = symbol.end;
        }
        return symbols;
    }

    /// The length of the longest user-defined piece here; such a piece is never part of another.
    private int wholeLength(String text, int start) {
        for (int length = Math.min(longestWhole, text.length() - start); length > 0; length--) {
            if (whole.containsKey(text.substring(start, start + length))) {
                return length;
            }
        }
        return 0;
    }

    private void offer(
            String text, List<Symbol> symbols, int left, int right, PriorityQueue<Pair> pairs) {
        Symbol first = symbols.get(left);
        Symbol second = symbols.get(right);
        if (first.fixed || second.fixed) {
            return;
        }
        Integer id = ids.get(text.substring(first.start, second.end));
        if (id != null) {
            pairs.add(
                    new Pair(
                            left,
                            right,
                            second.end - first.start,
                            vocabulary.pieces().get(id).score()));
        }
    }

    private void add(String symbol, List<Integer> out) {
        Integer id = ids.get(symbol);
        if (id != null) {
            out.add(id);
        } else if (byteFallback) {
            for (byte one : symbol.getBytes(StandardCharsets.UTF_8)) {
                out.add(bytes[one & 0xff]);
            }
        } else {
            out.add(vocabulary.unknown());
        }
    }
}
