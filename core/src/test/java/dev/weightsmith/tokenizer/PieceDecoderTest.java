package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PieceDecoderTest {
    private static final Vocabulary VOCABULARY =
            new Vocabulary(
                    List.of(
                            new Piece("<unk>", 0, Piece.Type.UNKNOWN),
                            new Piece("<s>", 0, Piece.Type.CONTROL),
                            new Piece("▁a", 0, Piece.Type.NORMAL),
                            new Piece("<0xE4>", 0, Piece.Type.BYTE),
                            new Piece("<0xB8>", 0, Piece.Type.BYTE),
                            new Piece("<0x9C>", 0, Piece.Type.BYTE)),
                    List.of(),
                    0,
                    OptionalInt.of(1),
                    true,
                    List.of(),
                    true,
                    Manner.LLAMA_CPP,
                    ChatTemplates.none());

    private final PieceDecoder decoder = new PieceDecoder(VOCABULARY, false);

    @Test
    void aCharacterAppearsWithItsLastByte() {
        assertThat(decoder.append(3)).isEmpty();
        assertThat(decoder.append(4)).isEmpty();
        assertThat(decoder.append(5)).isEqualTo("东");
    }

    @Test
    void aCharacterThatNeverEndsIsReplaced() {
        decoder.append(3);
        assertThat(decoder.end()).isEqualTo("\ufffd");
    }

    @Test
    void aBrokenCharacterDoesNotSwallowTheNext() {
        decoder.append(3);
        assertThat(decoder.append(2)).isEqualTo("\ufffd a");
    }

    @Test
    void controlTokensAreNotText() {
        assertThat(decoder.append(1)).isEmpty();
    }

    @Test
    void aNewTextDoesNotBeginWithTheSpaceThatEncodingPutsThere() {
        var fresh = new PieceDecoder(VOCABULARY, true);
        assertThat(fresh.append(2) + fresh.append(2)).isEqualTo("a a");
    }

    @Test
    void aRowWithoutATokenIsNotText() {
        assertThat(decoder.append(99)).isEmpty();
    }
}
