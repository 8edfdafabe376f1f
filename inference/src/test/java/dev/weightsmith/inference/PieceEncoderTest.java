package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.sentencepiece.SpTokenizer;
import dev.weightsmith.SharedData;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceEncoderTest {
    private static final String MIXED =
            "The primary use of LLaMA is research.  Two  spaces,\ttabs\nand lines\n\n"
                    + "日本的首都是哪里？人工智能是计算机科学的一个分支。 naïve café Straße "
                    + "🙂👩‍👩‍👧 \u0000\u0007 ▁ <s> </s> <0x0A> ![](x) 1234567890 "
                    + "aaaaaaaaaaaaaaaaaaaaaaaa   한국어 עברית";

    private static Vocabulary vocabulary(Piece... pieces) {
        return new Vocabulary(
                List.of(pieces),
                List.of(new AddedToken(1, "<s>", true)),
                0,
                OptionalInt.of(1),
                true,
                List.of(2),
                true,
                ChatTemplates.none());
    }

    private static Piece piece(String text, float score, Piece.Type type) {
        return new Piece(text, score, type);
    }

    private static final Vocabulary SMALL =
            vocabulary(
                    piece("<unk>", 0, Piece.Type.UNKNOWN),
                    piece("<s>", 0, Piece.Type.CONTROL),
                    piece("</s>", 0, Piece.Type.CONTROL),
                    piece("▁", -10, Piece.Type.NORMAL),
                    piece("a", -11, Piece.Type.NORMAL),
                    piece("b", -12, Piece.Type.NORMAL),
                    piece("ab", -1, Piece.Type.NORMAL),
                    piece("aa", -2, Piece.Type.NORMAL),
                    piece("▁ab", -3, Piece.Type.NORMAL));

    @Test
    void thePairOfTheHighestScoreIsJoinedFirst() {
        // "aab": "ab" has a higher score than "aa".
        assertThat(new PieceEncoder(SMALL).encodePart("aab")).containsExactly(4, 6);
    }

    @Test
    void ofEqualPairsTheLeftmostIsJoinedFirst() {
        assertThat(new PieceEncoder(SMALL).encodePart("aaa")).containsExactly(7, 4);
    }

    @Test
    void aTextBeginsWithTheBeginningTokenAndASpace() {
        assertThat(new PieceEncoder(SMALL).encode("ab", false)).containsExactly(1, 8);
    }

    @Test
    void aSpelledOutSpecialTokenIsTextUnlessItIsMeant() {
        var encoder = new PieceEncoder(SMALL);
        assertThat(encoder.encode("<s>ab", false)).startsWith(1, 3, 0).endsWith(0, 6);
        assertThat(encoder.encode("<s>ab", true)).containsExactly(1, 8);
    }

    @Test
    void whatHasNoPieceAndNoBytesIsUnknown() {
        assertThat(new PieceEncoder(SMALL).encodePart("é")).containsExactly(0);
    }

    private static Vocabulary vocabulary(SentencePieceModel model) {
        return new Vocabulary(
                model.pieces(),
                List.of(),
                model.unknownId(),
                model.beginId(),
                false,
                List.of(),
                model.addDummyPrefix(),
                ChatTemplates.none());
    }

    /// The official library, on texts that it could have trouble with.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizers/llama.model",
                "tokenizers/chinese-llama-2.model",
                "tiny/base-hf/tokenizer.model",
                "tiny/lora-alpaca-plus/tokenizer.model"
            })
    void textIsCutAsTheOfficialLibraryCutsIt(String name) throws Exception {
        Path path = SharedData.path(name);
        var model = SentencePieceModel.read(path);
        var encoder = new PieceEncoder(vocabulary(model));
        Torch.configure(1);
        try (var official = new SpTokenizer(path)) {
            for (String text : texts(model)) {
                assertThat(encoder.encode(text, false))
                        .as(text)
                        .isEqualTo(official.getProcessor().encode(text));
            }
        }
    }

    /// Mixed text, and pieces put together by chance.
    private static List<String> texts(SentencePieceModel model) {
        var texts = new ArrayList<>(List.of(MIXED, " ", "a", MIXED.repeat(20)));
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            var text = new StringBuilder();
            for (int j = 0; j < 30; j++) {
                Piece piece = model.pieces().get(random.nextInt(model.pieces().size()));
                text.append(piece.text().replace('▁', ' '));
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
