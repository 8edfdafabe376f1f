package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.output.GgufVocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GgufTokenizerTest {
    private static final Path FILE = Path.of("model.gguf");

    @Test
    void vocabularyThereAndBackIsTheSame() throws IOException {
        SentencePieceModel model = tiny().model();
        assertThat(tokenizer(metadata(600)).model().model().pieces()).isEqualTo(model.pieces());
    }

    @Test
    void folderHasTheFilesThatTransformersExpects() throws IOException {
        assertThat(tokenizer(metadata(548)).folder().files())
                .containsOnlyKeys(
                        "tokenizer.model",
                        "tokenizer_config.json",
                        "special_tokens_map.json",
                        "tokenizer.json");
    }

    @Test
    void unknownTokenThatWasCalledControlIsUnknownAgain() throws IOException {
        Map<String, GgufValue> metadata = metadata(548);
        int[] types = ((GgufValue.I32s) value(metadata, "token_type")).values().clone();
        types[0] = Piece.Type.CONTROL.number();
        metadata.put("tokenizer.ggml.token_type", new GgufValue.I32s(types));
        assertThat(tokenizer(metadata).model().model().unknownId()).isZero();
    }

    @Test
    void scoresThatWereLostAreADoubt() throws IOException {
        Map<String, GgufValue> metadata = metadata(548);
        float[] scores = new float[548];
        java.util.Arrays.fill(scores, -1000);
        metadata.put("tokenizer.ggml.scores", new GgufValue.F32s(scores));
        assertThat(tokenizer(metadata).model().doubts())
                .singleElement()
                .asString()
                .contains("the order of merges is lost");
    }

    @Test
    void listsOfDifferentLengthsAreRefused() throws IOException {
        Map<String, GgufValue> metadata = metadata(548);
        metadata.put("tokenizer.ggml.scores", new GgufValue.F32s(new float[3]));
        assertThatThrownBy(() -> tokenizer(metadata).model())
                .isInstanceOf(FileException.class)
                .hasMessageContaining("tokenizer.ggml.scores is no list of 548 float32 numbers");
    }

    @Test
    void tokenTwiceIsRefused() throws IOException {
        Map<String, GgufValue> metadata = metadata(548);
        var texts =
                new java.util.ArrayList<>(((GgufValue.Texts) value(metadata, "tokens")).values());
        texts.set(400, texts.get(300));
        metadata.put("tokenizer.ggml.tokens", new GgufValue.Texts(List.copyOf(texts)));
        assertThatThrownBy(() -> tokenizer(metadata).model())
                .isInstanceOf(FileException.class)
                .hasMessageContaining("pieces 300 and 400 are both");
    }

    private static GgufTokenizer tokenizer(Map<String, GgufValue> metadata) throws IOException {
        return new GgufTokenizer(FILE, GgufTokens.read(FILE, metadata).orElseThrow());
    }

    private static GgufValue value(Map<String, GgufValue> metadata, String key) {
        return java.util.Objects.requireNonNull(metadata.get("tokenizer.ggml." + key));
    }

    private static Map<String, GgufValue> metadata(int rows) throws IOException {
        Map<String, GgufValue> metadata = new HashMap<>();
        metadata.put("tokenizer.ggml.model", new GgufValue.Text("llama"));
        GgufVocabulary.put(metadata, tiny(), rows);
        return metadata;
    }

    private static TokenizerFiles tiny() throws IOException {
        return TokenizerFiles.read(SharedData.path("tiny/lora-alpaca-plus")).orElseThrow();
    }
}
