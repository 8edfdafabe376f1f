package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.golden.Golden;
import dev.weightsmith.testing.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The sample family's vocabularies against SentencePiece and transformers (tokens.py).
class GoldenTokensTest {
    private static final Path LLAMA_PLUS = Samples.adapters().getFirst();
    private static final Path ALPACA_PLUS = Samples.adapters().getLast();

    private static SentencePieceModel model(String vocabulary) throws IOException {
        Path folder =
                switch (vocabulary) {
                    case "base" -> Samples.base();
                    case "llama-plus" -> LLAMA_PLUS;
                    default -> ALPACA_PLUS;
                };
        return SentencePieceModel.read(folder.resolve("tokenizer.model"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "llama-plus", "alpaca-plus"})
    void linesAreCutAsSentencePieceCutsThem(String vocabulary) throws IOException {
        JsonNode golden = Golden.json("tokens.json");
        JsonNode expected = golden.required("vocabularies").required(vocabulary).required("ids");
        var encoder = PieceEncoder.of(model(vocabulary));
        for (int line = 0; line < expected.size(); line++) {
            String text = golden.required("lines").path(line).asText();
            var ids = new ArrayList<Integer>();
            expected.path(line).forEach(id -> ids.add(id.intValue()));
            assertThat(encoder.encode("▁" + text.replace(' ', '▁'))).as(text).isEqualTo(ids);
        }
    }

    /// The first piece that was trained, `▁t`, has score -0, appended ones have 0.
    @Test
    void aScoreOfMinusZeroIsBelowZero() throws IOException {
        JsonNode expected = Golden.json("tokens.json").required("with tx");
        var encoder = PieceEncoder.of(model("base").withPieces(List.of(Piece.appended("tx"))));
        var ids = new ArrayList<Integer>();
        expected.required("ids").forEach(id -> ids.add(id.intValue()));
        assertThat(encoder.encode("▁" + expected.required("line").asText())).isEqualTo(ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "llama-plus", "alpaca-plus"})
    void mergesAreThoseOfTransformers(String vocabulary) throws Exception {
        JsonNode expected =
                Golden.json("tokens.json").required("vocabularies").required(vocabulary);
        SentencePieceModel model = model(vocabulary);
        var listed = new StringBuilder();
        List<Merges.Merge> merges = Merges.of(model);
        for (Merges.Merge merge : merges) {
            listed.append(model.pieces().get(merge.left()).text())
                    .append(' ')
                    .append(model.pieces().get(merge.right()).text())
                    .append('\n');
        }
        assertThat(merges).hasSize(expected.required("merges").intValue());
        byte[] bytes = listed.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(expected.required("merges_sha256").asText());
    }

    /// The samples' grown vocabularies were put together and written by the official protobuf
    /// library (`samples/train/vocabulary.py`).
    @Test
    void grownVocabulariesAreWrittenAsTheOfficialLibraryDoes() throws IOException {
        assertGrown("base", "llama-plus", LLAMA_PLUS);
        assertGrown("llama-plus", "alpaca-plus", ALPACA_PLUS);
    }

    private static void assertGrown(String base, String grown, Path expected) throws IOException {
        SentencePieceModel before = model(base);
        List<String> added =
                model(grown).pieces().stream()
                        .skip(before.pieces().size())
                        .map(Piece::text)
                        .toList();
        assertThat(VocabularyMerge.of(before, added).model().bytes())
                .isEqualTo(Files.readAllBytes(expected.resolve("tokenizer.model")));
    }
}
