package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A GGUF file becomes a Hugging Face folder with a tokenizer.
class GgufTokenizerTextsTest {
    @Test
    void folderOfAGgufFileHasItsVocabulary() throws IOException {
        var model =
                SentencePieceModel.parse(
                        Path.of("tokenizer.model"),
                        java.util.Objects.requireNonNull(texts().get("tokenizer.model")));
        var original =
                SentencePieceModel.read(
                        SharedData.path("tiny/expected-alpaca-plus-hf-bin/tokenizer.model"));
        assertThat(model.pieces())
                .extracting(Piece::text)
                .isEqualTo(original.pieces().stream().map(Piece::text).toList());
        assertThat(model.pieces())
                .extracting(Piece::score)
                .isEqualTo(original.pieces().stream().map(Piece::score).toList());
    }

    @Test
    void folderOfAGgufFileLoadsInTransformers() throws IOException {
        assertThat(texts())
                .containsKeys(
                        "config.json",
                        "tokenizer_config.json",
                        "special_tokens_map.json",
                        "tokenizer.json");
    }

    private static Map<String, byte[]> texts() throws IOException {
        try (var model = LlamaModel.open(SharedData.path("tiny/gguf/tiny-alpaca-plus-f16.gguf"))) {
            Plan plan = HuggingFaceOutput.plan(model, OutputOptions.defaults());
            Map<String, byte[]> texts = new HashMap<>();
            plan.textFiles().forEach(text -> texts.put(text.name(), text.bytes()));
            return texts;
        }
    }
}
