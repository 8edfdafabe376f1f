package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Digests of what transformers' `generate_merges` gives, one merge a line: make_ids.py of
/// tokenizer-tools.
class MergesTest {
    @Test
    void mergesOfLlamaAreThoseOfTransformers() throws Exception {
        assertThat(digest(llama()))
                .isEqualTo("73b629bb238a45a386c1e7fb3182836aebac00ecbfcff4bc726b460ae64311f0");
    }

    @Test
    void mergesOfChineseLlamaAreThoseOfTransformers() throws Exception {
        assertThat(digest(chineseLlama()))
                .isEqualTo("d6ab0ce5a4868684b10c008f3675084fb8386ceae6d2441bf91bc33457c34e65");
    }

    @Test
    void piecesWithEqualScoresThatOverlapDependOnTheirPlace() throws IOException {
        var model = llama().withPieces(List.of(Piece.appended("中国"), Piece.appended("国人")));
        assertThat(Merges.dependOnPlace(model)).isTrue();
    }

    private static SentencePieceModel llama() throws IOException {
        return SentencePieceModel.read(SharedData.path("tokenizers/llama.model"));
    }

    private static SentencePieceModel chineseLlama() throws IOException {
        return VocabularyMerge.of(
                        llama(),
                        SentencePieceModel.read(SharedData.path("tokenizers/chinese_sp.model")))
                .model();
    }

    private static String digest(SentencePieceModel model) throws GeneralSecurityException {
        var text = new StringBuilder();
        for (Merges.Merge merge : Merges.of(model)) {
            text.append(model.pieces().get(merge.left()).text())
                    .append(' ')
                    .append(model.pieces().get(merge.right()).text())
                    .append('\n');
        }
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
