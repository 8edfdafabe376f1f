package dev.weightsmith.tokenizer.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.PieceEncoder;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [PieceEncoder] beside the official library, on texts that it could have trouble with.
class OfficialCutTest {
    private static final String MIXED =
            "The primary use of LLaMA is research.  Two  spaces,\ttabs\nand lines\n\n"
                    + "日本的首都是哪里？人工智能是计算机科学的一个分支。 naïve café Straße "
                    + "🙂👩‍👩‍👧 \u0000\u0007 ▁ <s> </s> <0x0A> ![](x) 1234567890 "
                    + "aaaaaaaaaaaaaaaaaaaaaaaa   한국어 עברית";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokenizers/llama.model",
                "tokenizers/chinese-llama-2.model",
                "tiny/base-hf/tokenizer.model",
                "tiny/lora-alpaca-plus/tokenizer.model"
            })
    void textIsCutAsTheOfficialLibraryCutsIt(String name) throws Exception {
        var model = SentencePieceModel.read(SharedData.path(name));
        var texts = new ArrayList<>(List.of(MIXED, " ", "a", MIXED.repeat(20)));
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            // Pieces put together by chance.
            texts.add(
                    random.ints(30, 0, model.pieces().size())
                            .mapToObj(id -> model.pieces().get(id).text().replace('▁', ' '))
                            .collect(Collectors.joining()));
        }
        assertSame(model, texts);
    }

    /// Few letters, few scores and all types of pieces: overlaps, equal scores, pieces that are
    /// only a step to others. Of -0 and 0 versions of the library think differently, the one here
    /// that they are equal: GoldenTokensTest has the newer one's ids.
    @Test
    void everyKindOfPieceIsCutAsTheOfficialLibraryCutsIt() throws Exception {
        var random = new Random(11);
        for (int i = 0; i < 300; i++) {
            SentencePieceModel model = model(random);
            assertSame(
                    model, IntStream.range(0, 20).mapToObj(_ -> letters(random, 1, 24)).toList());
        }
    }

    private static SentencePieceModel model(Random random) throws Exception {
        var types =
                List.of(
                        Piece.Type.NORMAL,
                        Piece.Type.NORMAL,
                        Piece.Type.NORMAL,
                        Piece.Type.UNUSED,
                        Piece.Type.USER_DEFINED);
        var scores = List.of(0f, -1f, -2f);
        var pieces = new LinkedHashMap<String, Piece>();
        pieces.put("<unk>", new Piece("<unk>", 0, Piece.Type.UNKNOWN));
        for (String letter : List.of("a", "b", "▁", "\n")) {
            pieces.put(letter, new Piece(letter, -9, Piece.Type.NORMAL));
        }
        for (int i = 0; i < 30; i++) {
            String text = letters(random, 2, 5);
            int type = random.nextInt(i % 10 == 0 ? types.size() : types.size() - 1);
            pieces.putIfAbsent(
                    text,
                    new Piece(text, scores.get(random.nextInt(scores.size())), types.get(type)));
        }
        return SentencePieceModel.ofPieces(
                Path.of("made"),
                List.copyOf(pieces.values()),
                OptionalInt.empty(),
                OptionalInt.empty(),
                false);
    }

    private static String letters(Random random, int least, int most) {
        return random.ints(random.nextInt(least, most + 1), 0, 4)
                .mapToObj(letter -> "ab▁\n".substring(letter, letter + 1))
                .collect(Collectors.joining());
    }

    private static void assertSame(SentencePieceModel model, List<String> texts) throws Exception {
        var encoder = PieceEncoder.of(model);
        String first = model.addDummyPrefix() ? "▁" : "";
        try (var official = OfficialSentencePiece.load(model)) {
            for (String text : texts) {
                assertThat(encoder.encode(first + text.replace(' ', '▁')))
                        .as("%s in %s", text, model.pieces())
                        .containsExactly(
                                IntStream.of(official.encode(text))
                                        .boxed()
                                        .toArray(Integer[]::new));
            }
        }
    }
}
