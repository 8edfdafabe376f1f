package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.tokenizer.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenizerFolderTest {
    @Test
    void fastTokenizerHasTheFormOfLlamas() throws IOException {
        JsonNode fast = fast(TokenizerFolder.of(llama(), Optional.empty()));
        assertThat(fast.at("/model/type").asText()).isEqualTo("BPE");
        assertThat(fast.at("/model/byte_fallback").asBoolean()).isTrue();
        assertThat(fast.at("/model/vocab")).hasSize(32000);
        assertThat(fast.at("/model/merges/0").asText()).isEqualTo("▁ t");
        assertThat(fast.at("/normalizer/normalizers/0").toString())
                .isEqualTo("{\"type\":\"Prepend\",\"prepend\":\"▁\"}");
        assertThat(fast.at("/post_processor/single/0/SpecialToken/id").asText()).isEqualTo("<s>");
        assertThat(fast.at("/added_tokens")).hasSize(3);
    }

    @Test
    void paddingIsSpecial() throws IOException {
        var grown = VocabularyMerge.of(llama(), List.of("[PAD]")).model();
        JsonNode fast = fast(TokenizerFolder.of(grown, Optional.of("[PAD]")));
        assertThat(fast.at("/added_tokens/3/content").asText()).isEqualTo("[PAD]");
        assertThat(fast.at("/added_tokens/3/id").asInt()).isEqualTo(32000);
        assertThat(fast.at("/added_tokens/3/special").asBoolean()).isTrue();
    }

    @Test
    void modelThatNormalizesGetsNoFastTokenizerAndSaysSo() throws IOException {
        ModelProto proto = ModelProto.parseFrom(llama().bytes());
        var collapsing =
                proto.toBuilder()
                        .setNormalizerSpec(
                                proto.getNormalizerSpec().toBuilder()
                                        .setRemoveExtraWhitespaces(true))
                        .build();
        var folder =
                TokenizerFolder.of(
                        SentencePieceModel.parse(Path.of("x"), collapsing.toByteArray()),
                        Optional.empty());
        assertThat(folder.files()).doesNotContainKey("tokenizer.json");
        assertThat(folder.notes()).singleElement().asString().contains("no tokenizer.json");
    }

    @Test
    void equalScoresThatOverlapAreSaid() throws IOException {
        var grown = VocabularyMerge.of(llama(), List.of("中国", "国人")).model();
        assertThat(TokenizerFolder.of(grown, Optional.empty()).notes())
                .singleElement()
                .asString()
                .contains("some texts get other ids from it");
    }

    private static JsonNode fast(TokenizerFolder folder) throws IOException {
        return new ObjectMapper()
                .readTree(java.util.Objects.requireNonNull(folder.files().get("tokenizer.json")));
    }

    private static SentencePieceModel llama() throws IOException {
        return SentencePieceModel.read(SharedData.path("tokenizers/llama.model"));
    }
}
