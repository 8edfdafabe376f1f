package dev.weightsmith.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaConfigTest {
    @Test
    void configOfTheTinyModelIsRead() throws IOException {
        var config = LlamaConfig.readConfigJson(SharedData.path("tiny/base-hf/config.json"));
        assertThat(config.hiddenSize()).isEqualTo(64);
        assertThat(config.intermediateSize()).isEqualTo(172);
        assertThat(config.layers()).isEqualTo(5);
        assertThat(config.heads()).isEqualTo(8);
        assertThat(config.keyValueHeads()).isEqualTo(4);
        assertThat(config.headSize()).isEqualTo(8);
        assertThat(config.normEpsilon()).isEqualTo(1e-5);
        assertThat(config.vocabularySize()).isEqualTo(512);
        assertThat(config.contextLength()).isEqualTo(512);
        assertThat(config.ropeTheta()).isEqualTo(10000);
        assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
        assertThat(config.tiedEmbeddings()).isFalse();
        assertThat(config.dtype()).contains(DType.F16);
        assertThat(config.tokenId("pad")).hasValue(0);
    }

    @Test
    void weightsHaveTheShapesOfTheTinyModel() {
        var weights = Configs.tiny().weights();
        assertThat(weights).hasSize(48);
        assertThat(weights)
                .containsEntry("model.embed_tokens.weight", Shape.of(512, 64))
                .containsEntry("model.layers.4.self_attn.k_proj.weight", Shape.of(32, 64))
                .containsEntry("model.layers.4.mlp.down_proj.weight", Shape.of(64, 172))
                .containsEntry("model.norm.weight", Shape.of(64));
    }

    @Test
    void tiedModelHasNoOutputMatrix() throws IOException {
        assertThat(Configs.tinyWith("{\"tie_word_embeddings\": true}").weights())
                .doesNotContainKey("lm_head.weight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"hidden_size\": 0} | hidden_size is 0, expected a whole number from 1",
                "{\"hidden_size\": -64} | hidden_size is -64",
                "{\"hidden_size\": 64.0} | hidden_size is 64.0",
                "{\"hidden_size\": 1099511627776} | hidden_size is 1099511627776",
                "{\"hidden_size\": \"64\"} | hidden_size is \"64\"",
                "{\"hidden_size\": null} | hidden_size is missing",
                "{\"hidden_size\": [64]} | hidden_size is an array",
                "{\"num_hidden_layers\": 513} | num_hidden_layers is 513",
                "{\"num_attention_heads\": 7} | a hidden size of 64 does not divide into 7 heads",
                "{\"num_key_value_heads\": 16} | 8 attention heads cannot share 16",
                "{\"num_key_value_heads\": 3} | 8 attention heads cannot share 3",
                "{\"head_dim\": 7} | attention heads have 7 elements, expected an even number",
                "{\"rms_norm_eps\": null} | rms_norm_eps is missing",
                "{\"rms_norm_eps\": \"NaN\"} | rms_norm_eps is \"NaN\", expected a finite number",
                "{\"rms_norm_eps\": 1e400} | rms_norm_eps is",
                "{\"rms_norm_eps\": 0} | rms_norm_eps is 0, expected a number above 0",
                "{\"rope_theta\": \"10000\"} | rope_theta is \"10000\", expected a finite number",
                "{\"rope_theta\": -1} | rope_theta is -1, expected a number above 0",
                "{\"tie_word_embeddings\": \"no\"} | tie_word_embeddings is \"no\", expected true",
                "{\"rope_scaling\": \"linear\"} | rope_scaling is \"linear\", expected an object",
                "{\"rope_scaling\": {\"type\": \"linear\"}} | rope_scaling.factor is missing",
                "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0}} | rope_scaling.factor is 0",
                "{\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4}, \"rope_parameters\":"
                        + " {\"rope_type\": \"default\"}} | rope_parameters and rope_scaling say"
                        + " different things",
                "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}, \"rope_parameters\":"
                        + " {\"rope_type\": \"linear\", \"factor\": 4, \"rope_theta\": 500000}} |"
                        + " rope_parameters and rope_scaling say different things",
            })
    void fieldThatCannotBeIsNamed(String fields, String reason) {
        assertThatThrownBy(() -> Configs.tinyWith(fields))
                .isInstanceOf(FileException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(kind(e)).isEqualTo(ErrorKind.MALFORMED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"model_type\": \"mistral\"} | is of a model of type 'mistral'",
                "{\"model_type\": null, \"architectures\": [\"QwenLMHeadModel\"]} | 'QwenLMHeadModel'",
                "{\"quantization_config\": {\"quant_method\": \"gptq\"}} | quantization_config (gptq)",
                "{\"hidden_act\": \"gelu\"} | hidden_act is 'gelu'",
                "{\"partial_rotary_factor\": 0.5} | partial_rotary_factor is 0.5",
                "{\"rope_scaling\": {\"rope_type\": \"longrope\"}} | rope_type is 'longrope'",
                "{\"rope_parameters\": {\"rope_type\": \"default\", \"partial_rotary_factor\":"
                        + " 0.5}} | rope_parameters.partial_rotary_factor is 0.5",
                "{\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"yarn\"}}} |"
                        + " rope_parameters.full_attention is for some layers alone",
            })
    void whatIsNotLlamaIsUnsupported(String fields, String reason) {
        assertThatThrownBy(() -> Configs.tinyWith(fields))
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(kind(e)).isEqualTo(ErrorKind.UNSUPPORTED));
    }

    @Test
    void oldNameOfTheScalingTypeIsKnown() throws IOException {
        assertThat(
                        Configs.tinyWith(
                                        "{\"rope_scaling\": {\"type\": \"linear\","
                                                + " \"factor\": 4}}")
                                .ropeScaling())
                .isEqualTo(new RopeScaling.Linear(4));
    }

    @Test
    void ropeParametersOfTransformers5AreKnown() throws IOException {
        var config =
                Configs.tinyWith(
                        """
                        {"rope_parameters": {"rope_type": "linear", "factor": 2.0,
                                             "rope_theta": 500000.0},
                         "torch_dtype": null, "dtype": "bfloat16"}
                        """);
        assertThat(config.ropeTheta()).isEqualTo(500000);
        assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Linear(2));
        assertThat(config.dtype()).contains(DType.BF16);
    }

    /// transformers 5 follows rope_scaling where both stand, llama.cpp's converter the other.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}, \"rope_parameters\": {}}",
                "{\"rope_scaling\": {}, \"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 4}}",
                "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}, \"rope_parameters\":"
                        + " {\"rope_type\": \"linear\", \"factor\": 4.0, \"rope_theta\": 10000}}"
            })
    void twoSpellingsThatAgreeAreOne(String fields) throws IOException {
        assertThat(Configs.tinyWith(fields).ropeScaling()).isEqualTo(new RopeScaling.Linear(4));
    }

    @Test
    void originalLengthOutsideOfTheScalingIsKnown() throws IOException {
        assertThat(
                        Configs.tinyWith(
                                        """
                                        {"rope_scaling": {"rope_type": "yarn", "factor": 2},
                                         "original_max_position_embeddings": 256}
                                        """)
                                .ropeScaling())
                .isInstanceOfSatisfying(
                        RopeScaling.Yarn.class, yarn -> assertThat(yarn.original()).isEqualTo(256));
    }

    @Test
    void yarnWithoutOriginalLengthTakesTheContextLength() throws IOException {
        assertThat(
                        Configs.tinyWith(
                                        "{\"rope_scaling\": {\"rope_type\": \"yarn\","
                                                + " \"factor\": 2}}")
                                .ropeScaling())
                .isEqualTo(
                        new RopeScaling.Yarn(
                                2,
                                512,
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                OptionalDouble.empty()));
    }

    @Test
    void writtenConfigKeepsUnknownFieldsAndTellsTheTruth() throws IOException {
        var config =
                Configs.tinyWith("{\"something_else\": [1, {\"a\": null}]}")
                        .withVocabulary(547, false);
        ObjectNode json = parse(ConfigJson.config(config, DType.BF16));
        assertThat(json.path("something_else").toString()).isEqualTo("[1,{\"a\":null}]");
        assertThat(json.path("vocab_size").asInt()).isEqualTo(547);
        assertThat(json.path("torch_dtype").asText()).isEqualTo("bfloat16");
        assertThat(json.path("architectures").path(0).asText()).isEqualTo("LlamaForCausalLM");
    }

    @Test
    void writtenConfigNamesCodeUnlessItIsToBeLeftOut() throws IOException {
        var config =
                Configs.tinyWith(
                        "{\"auto_map\": {\"AutoModel\": \"evil.Model\"}, \"trust_remote_code\": true}");
        assertThat(config.namesCode()).isTrue();
        assertThat(parse(ConfigJson.config(config, DType.F16)).has("auto_map")).isTrue();
        assertThat(ConfigJson.config(config.withoutRemoteCode(), DType.F16))
                .isEqualTo(ConfigJson.config(Configs.tinyWith("{}"), DType.F16));
    }

    @Test
    void configIsLaidOutAsTheScriptsDo() {
        assertThat(
                        new String(
                                dev.weightsmith.json.JsonText.indented(
                                        Configs.json("{\"a\":[1,2],\"b\":{\"c\":\"d\"}}")),
                                StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {
                          "a": [
                            1,
                            2
                          ],
                          "b": {
                            "c": "d"
                          }
                        }\
                        """);
    }

    @Test
    void generationConfigFollowsFromTheConfiguration() throws IOException {
        assertThat(parse(ConfigJson.generationConfig(Configs.tiny(), Optional.empty())))
                .isEqualTo(
                        Configs.json(
                                "{\"_from_model_config\": true, \"bos_token_id\": 1,"
                                        + " \"eos_token_id\": 2}"));
    }

    @Test
    void generationConfigOfTheSourceIsKept() throws IOException {
        ObjectNode source = Configs.json("{\"top_k\": 40}");
        assertThat(parse(ConfigJson.generationConfig(Configs.tiny(), Optional.of(source))))
                .isEqualTo(source);
    }

    private static ErrorKind kind(Throwable e) {
        return ((FileException) e).problem().kind();
    }

    private static ObjectNode parse(byte[] bytes) throws IOException {
        return (ObjectNode) new JsonMapper().readTree(bytes);
    }
}
