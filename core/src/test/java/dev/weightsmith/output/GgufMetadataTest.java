package dev.weightsmith.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.config.Configs;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.config.RopeFrequencies;
import dev.weightsmith.config.RopeScaling;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.GgufBytes;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.TokenizerFiles;
import dev.weightsmith.tokenizer.proto.ModelProto;
import dev.weightsmith.tokenizer.proto.ModelProto.SentencePiece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufMetadataTest {
    private static final int BYTES_BEFORE_METADATA = 24;

    @TempDir Path folder;

    /// The whole metadata section, byte for byte: keys, their order, types and values.
    @ParameterizedTest
    @CsvSource({
        "tiny-base-f32, base-hf, base-hf, 0",
        "tiny-base-f16, base-hf, base-hf, 1",
        "tiny-base-bf16, base-hf, base-hf, 32",
        "tiny-base-q8_0, base-hf, base-hf, 7",
        "tiny-llama-plus-f16, base-hf, lora-llama-plus, 1",
        "tiny-alpaca-plus-f16, expected-alpaca-plus-hf-bin, expected-alpaca-plus-hf-bin, 1"
    })
    void metadataOfTheTinyModelsIsLlamaCpps(
            String gguf, String model, String tokenizer, int fileType) throws IOException {
        byte[] expected = Files.readAllBytes(SharedData.path("tiny/gguf/" + gguf + ".gguf"));
        byte[] ours =
                new GgufBytes().pairs(tiny(gguf, model, tokenizer, fileType).values()).bytes();
        assertThat(ours)
                .isEqualTo(
                        Arrays.copyOfRange(
                                expected,
                                BYTES_BEFORE_METADATA,
                                BYTES_BEFORE_METADATA + ours.length));
        assertThat(ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).getLong(16))
                .isEqualTo(28);
    }

    @Test
    void metadataOfAFolderWithoutTokenizerIsLlamaCpps() throws IOException {
        JsonNode expected =
                new JsonMapper()
                        .readTree(SharedData.path("quantize/convert-kq-f16.json").toFile())
                        .path("kv");
        var config =
                Configs.tinyWith(
                        """
                        {"hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 8,
                         "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 548,
                         "max_position_embeddings": 4096}
                        """);
        var values =
                new GgufMetadata(
                                config,
                                Optional.empty(),
                                Optional.empty(),
                                ChatTemplates.none(),
                                ModelName.of(config, "kq", parameters(config)),
                                parameters(config),
                                1)
                        .values();
        assertThat(values.sequencedKeySet())
                .containsExactlyElementsOf(
                        StreamSupport.stream(
                                        ((Iterable<String>) expected::fieldNames).spliterator(),
                                        false)
                                .toList());
        values.forEach((key, value) -> assertThat(text(value)).isEqualTo(text(expected.get(key))));
    }

    @Test
    void linearScalingHasTypeAndFactor() throws IOException {
        assertThat(scaling("{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}}"))
                .containsExactly(
                        Map.entry("type", new GgufValue.Text("linear")),
                        Map.entry("factor", new GgufValue.F32(4)));
    }

    @Test
    void yarnScalingHasItsOriginalLength() throws IOException {
        assertThat(
                        scaling(
                                """
                                {"rope_scaling": {"type": "yarn", "factor": 16.0,
                                 "original_max_position_embeddings": 4096, "finetuned": true,
                                 "beta_fast": 32}}
                                """))
                .containsExactly(
                        Map.entry("type", new GgufValue.Text("yarn")),
                        Map.entry("factor", new GgufValue.F32(16)),
                        Map.entry("original_context_length", new GgufValue.U32(4096)),
                        Map.entry("yarn_beta_fast", new GgufValue.F32(32)));
    }

    @Test
    void dynamicScalingIsWrittenAsAlpha() throws IOException {
        assertThat(scaling("{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2.0}}"))
                .containsExactly(
                        Map.entry("type", new GgufValue.Text("none")),
                        Map.entry("alpha", new GgufValue.F32(2)));
    }

    @Test
    void defaultScalingHasNoKeys() throws IOException {
        assertThat(
                        scaling(
                                "{\"rope_parameters\": {\"rope_type\": \"default\","
                                        + " \"rope_theta\": 10000.0}}"))
                .isEmpty();
    }

    /// Digests of the float32 tensors that PyTorch computes for these parameters.
    @ParameterizedTest
    @CsvSource({
        "128, 500000, 8, 8192, 8b516af9cb5db26ed32831eb6f493dd620843d1cd69ca7bbad760c76061cd565",
        "64, 500000, 32, 8192, d25a6d176d9313062b8f86440c88649f9e568d573ea66bfa4e85e2424cf35633",
        "128, 10000, 16, 4096, ca05d84c0db76bf4dd52a5258343e97d8f013b43ecb34924bf4ddb4b316794f7"
    })
    void ropeFrequenciesArePyTorchs(
            int headSize, double theta, double factor, int original, String sha256)
            throws Exception {
        var scaling = new RopeScaling.Llama3(factor, 1, 4, original);
        var bytes = ByteBuffer.allocate(headSize * 2).order(ByteOrder.LITTLE_ENDIAN);
        RopeFrequencies.of(scaling, headSize, theta).forEach(bytes::putFloat);
        assertThat(
                        HexFormat.of()
                                .formatHex(
                                        MessageDigest.getInstance("SHA-256").digest(bytes.array())))
                .isEqualTo(sha256);
    }

    @Test
    void llama3ScalingIsATensor() throws IOException {
        var config =
                Configs.tinyWith(
                        """
                        {"rope_scaling": {"rope_type": "llama3", "factor": 8.0,
                         "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                         "original_max_position_embeddings": 8192}}
                        """);
        assertThat(GgufMetadata.ropeFrequencies(config)).hasSize(4);
        assertThat(GgufMetadata.ropeFrequencies(Configs.tiny())).isEmpty();
    }

    @Test
    void idsWithoutATokenArePadded() throws IOException {
        var values = withTokenizer("{}", "{\"vocab_size\": 514}");
        assertThat(tokens(values)).hasSize(514).endsWith("[PAD512]", "[PAD513]");
        assertThat(type(values, 513)).isEqualTo(5);
        assertThat(score(values, 513)).isEqualTo(-10000);
    }

    @Test
    void tokenizerLargerThanTheModelIsRefused() {
        SharedData.assumePresent();
        assertThatThrownBy(() -> withTokenizer("{}", "{\"vocab_size\": 511}"))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("is 512 pieces but the model's embedding has 511 rows");
    }

    @Test
    void addedTokensGetTheirTypes() throws IOException {
        var values =
                withTokenizer(
                        """
                        {"added_tokens_decoder": {
                          "512": {"content": "[PAD]", "special": true},
                          "513": {"content": "▁word", "special": false},
                          "514": {"content": "<|end|>", "special": false}}}
                        """,
                        "{\"vocab_size\": 515}");
        assertThat(tokens(values)).endsWith("[PAD]", " word", "<|end|>");
        assertThat(List.of(type(values, 512), type(values, 513), type(values, 514)))
                .containsExactly(3, 4, 3);
        assertThat(score(values, 512)).isEqualTo(-1000);
    }

    @Test
    void piecesOfTheModelKeepScoreAndType() throws IOException {
        var values =
                withTokenizer(
                        "{\"added_tokens_decoder\": {\"0\": {\"content\": \"<unk>\","
                                + " \"special\": true}}}",
                        "{}");
        assertThat(type(values, 0)).isEqualTo(2);
        assertThat(score(values, 0)).isZero();
    }

    @Test
    void idsOfAddedTokensComeBeforeThoseOfTheConfiguration() throws IOException {
        var values =
                withTokenizer(
                        """
                        {"pad_token": {"content": "[PAD]"},
                         "added_tokens_decoder": {"512": {"content": "[PAD]", "special": true}}}
                        """,
                        "{\"vocab_size\": 513, \"pad_token_id\": 0}");
        assertThat(values).containsEntry("tokenizer.ggml.padding_token_id", u32(512));
    }

    @Test
    void withoutIdsInTheConfigurationTheModelsCount() throws IOException {
        var values =
                withTokenizer(
                        "{\"pad_token\": \"~\"}",
                        "{\"bos_token_id\": null, \"eos_token_id\": [7]}");
        assertThat(values)
                .containsEntry("tokenizer.ggml.bos_token_id", u32(1))
                .containsEntry("tokenizer.ggml.eos_token_id", u32(2))
                .containsEntry("tokenizer.ggml.padding_token_id", u32(510));
    }

    @Test
    void nullPrefixSpaceIsAsIfItWereNotThere() throws IOException {
        assertThat(withTokenizer("{\"add_prefix_space\": null}", "{}"))
                .doesNotContainKey("tokenizer.ggml.add_space_prefix");
    }

    @Test
    void prefixSpaceComesFromTheTokenizerConfig() throws IOException {
        assertThat(withTokenizer("{\"add_prefix_space\": false}", "{}"))
                .containsEntry("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(false));
    }

    @Test
    void modelWithoutPrefixSpaceSaysSo() throws IOException {
        ModelProto.Builder model = tinyModel();
        model.getNormalizerSpecBuilder().setAddDummyPrefix(false);
        assertThat(withTokenizer(model, "{}", "{}"))
                .containsEntry("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(false));
    }

    @Test
    void userDefinedPiecesStayUserDefined() throws IOException {
        ModelProto.Builder model = tinyModel();
        model.addPiecesBuilder()
                .setPiece("▁a▁b")
                .setScore(-7)
                .setType(SentencePiece.Type.USER_DEFINED);
        var values = withTokenizer(model, "{}", "{\"vocab_size\": 513}");
        assertThat(tokens(values)).endsWith(" a b");
        assertThat(type(values, 512)).isEqualTo(4);
        assertThat(score(values, 512)).isEqualTo(-7);
    }

    @Test
    void addedTokenThatLooksSpecialIsControl() throws IOException {
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<pad>\": 512, \"x y\": 513}");
        var values = withTokenizer("{}", "{\"vocab_size\": 514}");
        assertThat(List.of(type(values, 512), type(values, 513))).containsExactly(3, 4);
    }

    @Test
    void vocabularyOf49152TokensKeepsItsFirstToken() throws IOException {
        assertThat(withTokenizer("{\"add_bos_token\": true}", "{\"vocab_size\": 49152}"))
                .containsEntry("tokenizer.ggml.add_bos_token", new GgufValue.Bool(true));
    }

    @Test
    void codeLlamaHasItsTokensForFillingIn() throws IOException {
        assertThat(withTokenizer("{}", "{\"vocab_size\": 32016}"))
                .containsEntry("tokenizer.ggml.prefix_token_id", u32(32007))
                .containsEntry("tokenizer.ggml.eot_token_id", u32(32010));
    }

    @Test
    void chatTemplatesKeepTheirNames() throws IOException {
        var values =
                withTokenizer(
                        """
                        {"chat_template": [{"name": "default", "template": "D"},
                                           {"name": "tool use", "template": "T"}]}
                        """,
                        "{}");
        assertThat(values)
                .containsEntry("tokenizer.chat_template.tool_use", new GgufValue.Text("T"))
                .containsEntry("tokenizer.chat_templates", new GgufValue.Texts(List.of("tool_use")))
                .containsEntry("tokenizer.chat_template", new GgufValue.Text("D"));
    }

    @Test
    void addedAroundComesFromTheFastTokenizerWhereTheConfigSaysNothing() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                """
                {"post_processor": {"type": "TemplateProcessing", "single": [
                  {"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}]}}
                """);
        assertThat(withTokenizer("{\"bos_token\": \"<s>\"}", "{}"))
                .containsEntry("tokenizer.ggml.add_bos_token", new GgufValue.Bool(true))
                .doesNotContainKey("tokenizer.ggml.add_eos_token");
    }

    @Test
    void samplingComesFromTheGenerationConfig() {
        var values = bare(Configs.tiny(), "{\"top_k\": 40, \"temperature\": 0.2, \"top_p\": null}");
        assertThat(values)
                .containsEntry("general.sampling.top_k", new GgufValue.I32(40))
                .containsEntry("general.sampling.temp", new GgufValue.F32(0.2f))
                .doesNotContainKey("general.sampling.top_p");
    }

    @Test
    void samplingOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> bare(Configs.tiny(), "{\"top_k\": \"x\"}"))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("generation_config.json: top_k is \"x\"");
    }

    private static GgufMetadata tiny(String gguf, String model, String tokenizer, int fileType)
            throws IOException {
        var files = TokenizerFiles.read(SharedData.path("tiny/" + tokenizer)).orElseThrow();
        Path path = SharedData.path("tiny/" + model);
        var config =
                ModelConfig.readConfigJson(path.resolve("config.json"))
                        .withVocabulary(files.vocabularySize(), false);
        // The folders that llama.cpp converted were named like this.
        String name = gguf.startsWith("tiny-base") ? "base-hf" : gguf.replace("-f16", "");
        return new GgufMetadata(
                config,
                Optional.of(files),
                Optional.of(StrictJson.readObject(path.resolve("generation_config.json"))),
                files.chatTemplates(),
                ModelName.of(config, name, parameters(config)),
                parameters(config),
                fileType);
    }

    private SequencedMap<String, GgufValue> withTokenizer(String tokenizerConfig, String config)
            throws IOException {
        return withTokenizer(tinyModel(), tokenizerConfig, config);
    }

    private static ModelProto.Builder tinyModel() throws IOException {
        return ModelProto.parseFrom(
                Files.readAllBytes(SharedData.path("tiny/base-hf/tokenizer.model")))
                .toBuilder();
    }

    private SequencedMap<String, GgufValue> withTokenizer(
            ModelProto.Builder model, String tokenizerConfig, String config) throws IOException {
        Files.write(folder.resolve("tokenizer.model"), model.build().toByteArray());
        Files.writeString(folder.resolve("tokenizer_config.json"), tokenizerConfig);
        var files = TokenizerFiles.read(folder).orElseThrow();
        return new GgufMetadata(
                        Configs.tinyWith(config),
                        Optional.of(files),
                        Optional.empty(),
                        files.chatTemplates(),
                        ModelName.of("tiny", 0),
                        0,
                        1)
                .values();
    }

    private static SequencedMap<String, GgufValue> bare(ModelConfig config, String generation) {
        return new GgufMetadata(
                        config,
                        Optional.empty(),
                        Optional.of(Configs.json(generation)),
                        ChatTemplates.none(),
                        ModelName.of("tiny", 0),
                        0,
                        1)
                .values();
    }

    private static List<Map.Entry<String, GgufValue>> scaling(String fields) throws IOException {
        String prefix = "llama.rope.scaling.";
        return bare(Configs.tinyWith(fields), "{}").entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .map(e -> Map.entry(e.getKey().substring(prefix.length()), e.getValue()))
                .toList();
    }

    private static long parameters(ModelConfig config) {
        return config.weights().values().stream().mapToLong(Shape::elements).sum();
    }

    private static GgufValue u32(long value) {
        return new GgufValue.U32(value);
    }

    private static List<String> tokens(Map<String, GgufValue> values) {
        return ((GgufValue.Texts) value(values, "tokenizer.ggml.tokens")).values();
    }

    private static int type(Map<String, GgufValue> values, int id) {
        return ((GgufValue.I32s) value(values, "tokenizer.ggml.token_type")).values()[id];
    }

    private static float score(Map<String, GgufValue> values, int id) {
        return ((GgufValue.F32s) value(values, "tokenizer.ggml.scores")).values()[id];
    }

    private static GgufValue value(Map<String, GgufValue> values, String key) {
        return Optional.ofNullable(values.get(key)).orElseThrow();
    }

    private static String text(GgufValue value) {
        return switch (value) {
            case GgufValue.Text(String text) -> text;
            case GgufValue.U32(long number) -> Long.toString(number);
            case GgufValue.F32(float number) -> Double.toString(number);
            default -> throw new AssertionError("not expected here: " + value);
        };
    }

    private static String text(JsonNode value) {
        return value.isFloatingPointNumber()
                ? Double.toString(value.doubleValue())
                : value.asText();
    }
}
