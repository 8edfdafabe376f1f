package dev.weightsmith.tokenizer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// A text whose characters are joined to pieces step by step, for a [PieceEncoder].
final class JoinedText {
    /// A part of the text: a link of a chain.
    private static final class Part {
        private int start;
        private int end;
        private int previous;
        private int next;

        /// A user-defined piece is never part of another.
        private boolean fixed;
    }

    /// Two neighbours that could be joined.
    ///
    /// @param length of both when the pair was seen; one that has grown since is another pair
    private record Pair(int left, int right, int length, float score) implements Comparable<Pair> {
        /// The highest score first, of equals the leftmost.
        @Override
        public int compareTo(Pair other) {
            int byScore = Float.compare(other.score, score);
            return byScore == 0 ? Integer.compare(left, other.left) : byScore;
        }
    }

    private final PieceEncoder encoder;
    private final String text;
    private final List<Part> chain = new ArrayList<>();
    private final PriorityQueue<Pair> pairs = new PriorityQueue<>();

    /// Of pieces that must not come out, where they were last seen to be joined.
    private final Map<String, Integer> seams = new HashMap<>();

    /// @param text with `▁` for spaces, not empty
    JoinedText(PieceEncoder encoder, String text) {
        this.encoder = encoder;
        this.text = text;
        split();
        for (int right = 1; right < chain.size(); right++) {
            offer(right - 1, right);
        }
        while (!pairs.isEmpty()) {
            join(pairs.remove());
        }
    }

    /// What cannot be joined any more, in order.
    List<String> parts() {
        var parts = new ArrayList<String>();
        for (int i = 0; i >= 0; i = chain.get(i).next) {
            add(text.substring(chain.get(i).start, chain.get(i).end), parts);
        }
        return parts;
    }

    /// Characters, and user-defined pieces.
    private void split() {
        for (int start = 0; start < text.length(); ) {
            var part = new Part();
            int whole = encoder.wholeLength(text, start);
            part.fixed = whole > 0;
            part.start = start;
            part.end = start + (part.fixed ? whole : Character.charCount(text.codePointAt(start)));
            part.previous = chain.size() - 1;
            part.next = part.end < text.length() ? chain.size() + 1 : -1;
            chain.add(part);
            start = part.end;
        }
    }

    private void offer(int left, int right) {
        Part first = chain.get(left);
        Part second = chain.get(right);
        if (first.fixed || second.fixed) {
            return;
        }
        String whole = text.substring(first.start, second.end);
        int id = encoder.id(whole);
        if (id < 0) {
            return;
        }
        pairs.add(new Pair(left, right, whole.length(), encoder.score(id)));
        if (encoder.isTakenApart(id)) {
            seams.put(whole, first.end - first.start);
        }
    }

    private void join(Pair pair) {
        Part left = chain.get(pair.left());
        Part right = chain.get(pair.right());
        boolean stale =
                left.start == left.end
                        || right.start == right.end
                        || right.end - left.start != pair.length();
        if (stale) {
            return;
        }
        left.end = right.end;
        right.start = right.end;
        left.next = right.next;
        if (left.previous >= 0) {
            offer(left.previous, pair.left());
        }
        if (right.next >= 0) {
            chain.get(right.next).previous = pair.left();
            offer(pair.left(), right.next);
        }
    }

    /// Adds a part, or what it was joined from where it must not come out.
    private void add(String whole, List<String> parts) {
        Deque<String> rest = new ArrayDeque<>(List.of(whole));
        while (!rest.isEmpty()) {
            String part = rest.pop();
            Integer seam = seams.get(part);
            if (seam == null) {
                parts.add(part);
            } else {
                rest.push(part.substring(seam));
                rest.push(part.substring(0, seam));
            }
        }
    }
}
