package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against the official library: OfficialCutTest of tokenizer-tools.
class PieceEncoderTest {
    private static final List<Piece> SMALL =
            List.of(
                    new Piece("<unk>", 0, Piece.Type.UNKNOWN),
                    new Piece("<s>", 0, Piece.Type.CONTROL),
                    new Piece("a", -11, Piece.Type.NORMAL),
                    new Piece("b", -12, Piece.Type.NORMAL),
                    new Piece("ab", -1, Piece.Type.NORMAL),
                    new Piece("aa", -2, Piece.Type.NORMAL));

    private static List<Integer> encode(String text, Manner manner, Piece... more) {
        var pieces = new ArrayList<>(SMALL);
        pieces.addAll(List.of(more));
        return new PieceEncoder(pieces, 0, manner).encode(text);
    }

    private static List<Integer> encode(String text, Piece... more) {
        return encode(text, Manner.SENTENCE_PIECE, more);
    }

    @Test
    void thePairOfTheHighestScoreIsJoinedFirst() {
        // "ab" has a higher score than "aa".
        assertThat(encode("aab")).containsExactly(2, 4);
    }

    @Test
    void ofEqualPairsTheLeftmostIsJoinedFirst() {
        assertThat(encode("aaa")).containsExactly(5, 2);
    }

    /// What SentencePiece does is in GoldenTokensTest.
    @Test
    void minusZeroAndZeroAreEqualForLlamaCppAlone() {
        var trained = new Piece("bb", -0f, Piece.Type.NORMAL);
        var appended = new Piece("ba", 0, Piece.Type.NORMAL);
        assertThat(encode("bba", Manner.LLAMA_CPP, trained, appended)).containsExactly(6, 2);
        assertThat(encode("bba", Manner.SENTENCE_PIECE, trained, appended)).containsExactly(3, 7);
    }

    @Test
    void whatHasNoPieceAndNoBytesIsUnknown() {
        assertThat(encode("é")).containsExactly(0);
    }

    @Test
    void userDefinedPieceIsNeverPartOfAnother() {
        var whole = new Piece("ba", -30, Piece.Type.USER_DEFINED);
        assertThat(encode("abab", whole)).containsExactly(2, 6, 3);
    }

    @Test
    void unusedPieceIsTakenApartBySentencePieceAlone() {
        var unused = new Piece("abb", 0, Piece.Type.UNUSED);
        assertThat(encode("abb", unused)).containsExactly(4, 3);
        assertThat(encode("abb", Manner.LLAMA_CPP, unused)).containsExactly(6);
    }

    @Test
    void whatGoesThroughAnUnusedPieceComesOut() {
        var unused = new Piece("abb", 0, Piece.Type.UNUSED);
        var beyond = new Piece("abba", 0, Piece.Type.NORMAL);
        assertThat(encode("abba", unused, beyond)).containsExactly(7);
    }

    @Test
    void deeplyNestedUnusedPiecesAreTakenApart() {
        var nested = new ArrayList<>(SMALL);
        for (int length = 3; length < 3000; length++) {
            nested.add(new Piece("b".repeat(length - 1) + "a", length, Piece.Type.UNUSED));
        }
        nested.add(new Piece("ba", 0, Piece.Type.NORMAL));
        assertThat(
                        new PieceEncoder(nested, 0, Manner.SENTENCE_PIECE)
                                .encode("b".repeat(2998) + "a"))
                .hasSize(2998)
                .endsWith(3, nested.size() - 1);
    }
}
