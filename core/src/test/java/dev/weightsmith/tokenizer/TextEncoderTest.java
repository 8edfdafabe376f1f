package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TextEncoderTest {
    private static final Vocabulary SMALL =
            new Vocabulary(
                    List.of(
                            new Piece("<unk>", 0, Piece.Type.UNKNOWN),
                            new Piece("<s>", 0, Piece.Type.CONTROL),
                            new Piece("</s>", 0, Piece.Type.CONTROL),
                            new Piece("▁", -10, Piece.Type.NORMAL),
                            new Piece("a", -11, Piece.Type.NORMAL),
                            new Piece("b", -12, Piece.Type.NORMAL),
                            new Piece("ab", -1, Piece.Type.NORMAL),
                            new Piece("aa", -2, Piece.Type.NORMAL),
                            new Piece("▁ab", -3, Piece.Type.NORMAL)),
                    List.of(new AddedToken(1, "<s>", true)),
                    0,
                    OptionalInt.of(1),
                    true,
                    List.of(2),
                    true,
                    Manner.SENTENCE_PIECE,
                    ChatTemplates.none());

    private final TextEncoder encoder = new TextEncoder(SMALL);

    @Test
    void aTextBeginsWithTheBeginningTokenAndASpace() {
        assertThat(encoder.encode("ab", false)).containsExactly(1, 8);
    }

    @Test
    void aPartOfATextBeginsWithNothing() {
        assertThat(encoder.encodePart("ab")).containsExactly(6);
    }

    @Test
    void aSpelledOutSpecialTokenIsTextUnlessItIsMeant() {
        assertThat(encoder.encode("<s>ab", false)).startsWith(1, 3, 0).endsWith(0, 6);
        assertThat(encoder.encode("<s>ab", true)).containsExactly(1, 8);
    }
}
