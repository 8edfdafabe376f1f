package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.PlanException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The published tokenizers, made again from LLaMA's
/// (docs/specs/checkpoints.md#sentencepiece-vocabularies).
class VocabularyMergeTest {
    @Test
    void llamaAndTheChineseModelGiveThePublishedChineseLlamaTokenizer() throws Exception {
        var merge = VocabularyMerge.of(model("llama"), model("chinese_sp"));
        assertThat(merge.model().pieces()).hasSize(49953);
        assertThat(merge.added()).hasSize(17953);
        assertThat(sha256(merge.model()))
                .isEqualTo("e2676d4ca29ca1750f6ff203328d73b189321dc5776ceede037cbd36541d70c0");
    }

    @Test
    void withPadItIsThePublishedChineseAlpacaTokenizer() throws Exception {
        var merge = VocabularyMerge.of(model("llama"), model("chinese_sp"));
        var padded = VocabularyMerge.of(merge.model(), List.of("[PAD]"));
        assertThat(padded.model().pieces()).hasSize(49954);
        assertThat(sha256(padded.model()))
                .isEqualTo("2d967e855b1213a439df6c8ce2791f869c84b4f3b6cfacf22b86440b8192a2f8");
    }

    @Test
    void llamaAndTheListOfTheSecondGenerationGiveItsPublishedTokenizer() throws Exception {
        var list = model("chinese-llama-2").pieces().stream().skip(32000).map(Piece::text).toList();
        var merge = VocabularyMerge.of(model("llama"), list);
        assertThat(merge.model().pieces()).hasSize(55296);
        assertThat(merge.model().id("<pad>")).hasValue(32000);
        assertThat(sha256(merge.model()))
                .isEqualTo("a3b8844863b200dfcca971db228e96ce388290dfcf72c15d7a9d2f604bac787c");
    }

    @Test
    void piecesThatAreThereAlreadyAreReported() throws IOException {
        var merge = VocabularyMerge.of(model("llama"), List.of("▁the", "好好", "好好"));
        assertThat(merge.added()).containsExactly("好好");
        assertThat(merge.known()).containsExactly("▁the", "好好");
    }

    @Test
    void controlPieceOfTheAdditionThatTheBaseLacksIsRefused() throws IOException {
        var withPieces =
                model("llama").withPieces(List.of(new Piece("<mask>", 0, Piece.Type.CONTROL)));
        assertThatThrownBy(() -> VocabularyMerge.of(model("llama"), withPieces))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("holds the CONTROL piece '<mask>'");
    }

    @Test
    void unigramBaseIsRefused() throws IOException {
        SentencePieceModel unigram = model("chinese_sp");
        assertThatThrownBy(() -> VocabularyMerge.of(unigram, List.of("x")))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("is a unigram model, expected BPE");
    }

    private static SentencePieceModel model(String name) throws IOException {
        return SentencePieceModel.read(SharedData.path("tokenizers/" + name + ".model"));
    }

    private static String sha256(SentencePieceModel model) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(model.bytes()));
    }
}
