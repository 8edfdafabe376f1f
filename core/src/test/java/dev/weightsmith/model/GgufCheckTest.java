package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufType;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.EditedGguf;
import dev.weightsmith.tokenizer.Piece;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What no command takes from a GGUF file, whether it copies or rebuilds
/// (docs/specs/hostile-inputs.md#gguf-models).
class GgufCheckTest {
    @TempDir private Path folder;

    private Path edited(EditedGguf.Edit edit) throws IOException {
        return EditedGguf.write(
                SharedData.path("tiny/gguf/tiny-base-f16.gguf"), folder.resolve("x.gguf"), edit);
    }

    private static void quantize(Path path) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            QuantizeSource.of(file);
        }
    }

    private static void open(Path path) throws IOException {
        LlamaModel.open(path).close();
    }

    private void assertRefusedByAll(EditedGguf.Edit edit, ErrorKind kind, String... words)
            throws IOException {
        Path path = edited(edit);
        Refused.file(() -> quantize(path), kind, words);
        Refused.file(() -> open(path), kind, words);
    }

    private static Arguments spoilt(EditedGguf.Edit edit, String words) {
        return Arguments.of(edit, words);
    }

    static Stream<Arguments> spoiltVocabularies() {
        return Stream.of(
                spoilt(
                        file -> file.tokenizer("tokens", new GgufValue.I32s(new int[512])),
                        "tokenizer.ggml.tokens is no list of text"),
                spoilt(
                        file -> file.tokenizer("scores", new GgufValue.F32s(new float[511])),
                        "tokenizer.ggml.scores is no list of 512 float32 numbers"),
                spoilt(
                        file ->
                                file.tokenizer(
                                        "scores",
                                        new GgufValue.Values(
                                                GgufType.FLOAT64, new byte[512 * Double.BYTES])),
                        "tokenizer.ggml.scores is no list of 512 float32 numbers"),
                spoilt(
                        file -> file.tokenizer("token_type", new GgufValue.I32s(new int[600])),
                        "tokenizer.ggml.token_type is no list of 512 int32 numbers"),
                spoilt(
                        file -> file.tokenizer("token_type", new GgufValue.F32s(new float[512])),
                        "tokenizer.ggml.token_type is no list of 512 int32 numbers"),
                spoilt(
                        file -> {
                            int[] types = file.types();
                            types[300] = 9;
                            file.tokenizer("token_type", new GgufValue.I32s(types));
                        },
                        "tokenizer.ggml.token_type of token 300 is 9, expected 0 to 6"),
                spoilt(
                        file -> {
                            float[] scores = file.scores();
                            scores[400] = Float.NaN;
                            file.tokenizer("scores", new GgufValue.F32s(scores));
                        },
                        "tokenizer.ggml.scores of token 400 is NaN, expected a number"),
                spoilt(
                        file -> renameToken(file, 3, "<0x-1>"),
                        "token 3 has type BYTE and is '<0x-1>', expected '<0x00>' to '<0xFF>'"),
                spoilt(
                        file -> renameToken(file, 3, "<0xZZ>"),
                        "token 3 has type BYTE and is '<0xZZ>'"),
                spoilt(
                        file -> renameToken(file, 400, file.tokens().get(399)),
                        "pieces 399 and 400 are both"),
                spoilt(
                        file -> file.tokenizer("bos_token_id", new GgufValue.U32(512)),
                        "tokenizer.ggml.bos_token_id is 512, which is no id of the 512 tokens"),
                spoilt(
                        file -> file.tokenizer("fim_pre_token_id", new GgufValue.U32(1 << 30)),
                        "tokenizer.ggml.fim_pre_token_id is 1073741824"),
                spoilt(
                        file -> file.tokenizer("unknown_token_id", new GgufValue.F32(1)),
                        "tokenizer.ggml.unknown_token_id is no 32-bit integer"),
                spoilt(
                        file -> file.tokenizer("eos_token_id", new GgufValue.Text("2")),
                        "tokenizer.ggml.eos_token_id is no number"),
                spoilt(
                        file -> file.metadata().remove("tokenizer.ggml.model"),
                        "tokenizer.ggml.model is missing"),
                spoilt(
                        file -> file.metadata().remove("tokenizer.ggml.tokens"),
                        "tokenizer.ggml.tokens is missing"),
                spoilt(
                        file -> file.tokenizer("merges", new GgufValue.I32s(new int[3])),
                        "tokenizer.ggml.merges is no list of text"),
                spoilt(
                        file -> file.tokenizer("pre", new GgufValue.U32(1)),
                        "tokenizer.ggml.pre is no text"),
                spoilt(
                        file -> file.tokenizer("add_bos_token", new GgufValue.Text("false")),
                        "tokenizer.ggml.add_bos_token is neither true nor false"),
                spoilt(
                        file -> file.tokenizer("add_space_prefix", new GgufValue.U32(0)),
                        "tokenizer.ggml.add_space_prefix is neither true nor false"),
                spoilt(
                        file ->
                                file.metadata()
                                        .put("tokenizer.chat_template", new GgufValue.U32(1)),
                        "tokenizer.chat_template is no text"));
    }

    private static void renameToken(EditedGguf file, int id, String text) {
        var tokens = new ArrayList<>(file.tokens());
        tokens.set(id, text);
        file.tokenizer("tokens", new GgufValue.Texts(tokens));
    }

    @ParameterizedTest
    @MethodSource("spoiltVocabularies")
    void spoiltVocabularyIsRefused(EditedGguf.Edit edit, String words) throws IOException {
        assertRefusedByAll(edit, ErrorKind.MALFORMED, "x.gguf: ", words);
    }

    @Test
    void vocabularyOfAnotherLengthThanTheEmbeddingIsRefused() throws IOException {
        assertRefusedByAll(
                file -> {
                    file.metadata().put("llama.vocab_size", new GgufValue.U32(500));
                    shorten(file, 500);
                },
                ErrorKind.MISMATCH,
                "'token_embd.weight': shape [512, 64], expected [500, 64]");
    }

    @Test
    void vocabularyOfAnotherLengthThanVocabSizeIsRefused() throws IOException {
        assertRefusedByAll(
                file -> shorten(file, 500),
                ErrorKind.MISMATCH,
                "tokenizer.ggml.tokens are 500, expected 512");
    }

    private static void shorten(EditedGguf file, int size) {
        file.tokenizer("tokens", new GgufValue.Texts(file.tokens().subList(0, size)));
        file.tokenizer("scores", new GgufValue.F32s(java.util.Arrays.copyOf(file.scores(), size)));
        file.tokenizer(
                "token_type", new GgufValue.I32s(java.util.Arrays.copyOf(file.types(), size)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blk.0.attn_q.weight",
                "blk.4.ffn_norm.weight",
                "output_norm.weight",
                "token_embd.weight"
            })
    void missingTensorIsRefused(String name) throws IOException {
        assertRefusedByAll(
                file -> file.tensors().remove(name), ErrorKind.MALFORMED, "lacks tensor");
    }

    @Test
    void unknownTensorIsRefused() throws IOException {
        assertRefusedByAll(
                file -> file.tensors().put("blk.0.surprise.weight", file.tensor("output.weight")),
                ErrorKind.MALFORMED,
                "tensor 'blk.0.surprise.weight' is no part of a LLaMA model");
    }

    @Test
    void tensorOfALayerThatThereIsNotIsRefused() throws IOException {
        assertRefusedByAll(
                file ->
                        file.tensors()
                                .put("blk.5.attn_q.weight", file.tensor("blk.4.attn_q.weight")),
                ErrorKind.MALFORMED,
                "has no place in a model of 5 layers");
    }

    @Test
    void shapeThatContradictsTheMetadataIsRefused() throws IOException {
        assertRefusedByAll(
                file -> file.metadata().put("llama.feed_forward_length", new GgufValue.U32(171)),
                ErrorKind.MISMATCH,
                "tensor 'blk.0.ffn_gate.weight': shape [172, 64], expected [171, 64]");
    }

    @Test
    void frequenciesOfAnotherLengthAreRefused() throws IOException {
        Path path =
                edited(file ->
                        file.tensors()
                                .put(
                                        "rope_freqs.weight",
                                        new Recipe.Constant(
                                                Shape.of(5), Collections.nCopies(5, 1f))));
        Refused.file(() -> quantize(path), ErrorKind.MISMATCH, "rope_freqs.weight has shape [5]");
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1})
    void frequencyThatDividesByNothingIsRefused(float divisor) throws IOException {
        assertRefusedByAll(
                file ->
                        file.tensors()
                                .put(
                                        "rope_freqs.weight",
                                        new Recipe.Constant(
                                                Shape.of(4), List.of(1f, 1f, divisor, 1f))),
                ErrorKind.MALFORMED,
                "rope_freqs.weight holds " + divisor);
    }

    @Test
    void frequenciesOfAnotherTypeAreRefused() throws IOException {
        Recipe ones = new Recipe.Constant(Shape.of(4), Collections.nCopies(4, 1f));
        assertRefusedByAll(
                file -> file.tensors().put("rope_freqs.weight", ones.as(DType.F16)),
                ErrorKind.MALFORMED,
                "tensor 'rope_freqs.weight' is F16 [4], expected F32");
    }

    @Test
    void biasesAreCopiedByQuantizeAndRefusedByTheRest() throws IOException {
        Path path = edited(file -> file.tensors().put("blk.1.attn_q.bias", constant(64)));
        quantize(path);
        Refused.file(() -> open(path), ErrorKind.UNSUPPORTED, "without biases");
    }

    @Test
    void biasOfAnotherLengthIsRefused() throws IOException {
        assertRefusedByAll(
                file -> file.tensors().put("blk.1.attn_q.bias", constant(63)),
                ErrorKind.MISMATCH,
                "shape [63], expected [64]");
    }

    private static Recipe constant(int size) {
        return new Recipe.Constant(Shape.of(size), Collections.nCopies(size, 0.5f));
    }

    @Test
    void tiedModelNeedsNoOutput() throws IOException {
        Path path = edited(file -> file.tensors().remove("output.weight"));
        quantize(path);
        open(path);
    }

    @Test
    void tokenWithoutTypeIsANormalOneForEveryReader() throws IOException {
        Path path =
                edited(file -> {
                    int[] types = file.types();
                    types[300] = 0;
                    file.tokenizer("token_type", new GgufValue.I32s(types));
                });
        quantize(path);
        try (LlamaModel model = LlamaModel.open(path)) {
            assertThat(ModelTexts.tokenizer(model, OutputOptions.defaults())).hasSize(4);
            assertThat(HuggingFaceOutput.plan(model, options()).textFiles())
                    .extracting(file -> file.name())
                    .contains("tokenizer.model");
        }
    }

    private static OutputOptions options() {
        return OutputOptions.defaults();
    }

    @Test
    void idOfMinusOneIsNone() throws IOException {
        Path path =
                edited(file -> file.tokenizer("padding_token_id", new GgufValue.U32(0xffff_ffffL)));
        quantize(path);
        open(path);
    }

    @Test
    void llama3sVocabularyDoesNotBecomeAFolderWithoutTokenizer() throws IOException {
        Path path =
                edited(file -> {
                    file.tokenizer("model", new GgufValue.Text("gpt2"));
                    file.tokenizer("pre", new GgufValue.Text("llama-bpe"));
                    file.metadata().remove("tokenizer.ggml.scores");
                    int[] types = file.types();
                    java.util.Arrays.fill(types, Piece.Type.NORMAL.number());
                    file.tokenizer("token_type", new GgufValue.I32s(types));
                    file.tokenizer("merges", new GgufValue.Texts(List.of("a b")));
                });
        quantize(path);
        try (LlamaModel model = LlamaModel.open(path)) {
            new GgufOutput(model, options()).metadata("x", 1);
            Refused.file(
                    () -> HuggingFaceOutput.plan(model, options()),
                    ErrorKind.UNSUPPORTED,
                    "has a tokenizer of kind 'gpt2', as Llama 3");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/gguf/tiny-alpaca-plus-f16.gguf",
                "tiny/gguf/tiny-base-bf16.gguf",
                "tiny/gguf/tiny-base-f32.gguf",
                "tiny/gguf/tiny-base-q8_0.gguf",
                "tiny/gguf/tiny-llama-plus-f16.gguf",
                "kq/kq-f16.gguf"
            })
    void whatLlamaCppWritesIsTaken(String name) throws IOException {
        Path path = SharedData.path(name);
        quantize(path);
        open(path);
    }
}
