package dev.weightsmith.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What was probably meant by a word that is not known.
final class Spelling {
    private Spelling() {}

    /// The known word that takes the fewest edits, if they are few for its length.
    static Optional<String> closest(String typed, Collection<String> known) {
        int few = 1 + typed.length() / 4;
        return known.stream()
                .filter(word -> edits(typed, word) <= few)
                .min(
                        Comparator.comparingInt((String word) -> edits(typed, word))
                                .thenComparing(w -> w));
    }

    /// Letters to insert, delete or replace, and neighbours to swap (optimal string alignment).
    private static int edits(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int least = edits[i - 1][j - 1] + (same ? 0 : 1);
                least = Math.min(least, edits[i - 1][j] + 1);
                least = Math.min(least, edits[i][j - 1] + 1);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, edits[i - 2][j - 2] + 1);
                }
                edits[i][j] = least;
            }
        }
        return edits[from.length()][to.length()];
    }
}
