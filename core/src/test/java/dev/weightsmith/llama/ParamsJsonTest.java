package dev.weightsmith.llama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParamsJsonTest {
    private static final Path FILE = Path.of("params.json");

    @Test
    void metaCheckpointOfTheTinyModelHasItsShape() throws IOException {
        var config =
                LlamaConfig.readParamsJson(
                        SharedData.path("tiny/base-meta/params.json"), tensors(512, 172, 64));
        assertThat(config.weights()).isEqualTo(Configs.tiny().weights());
        assertThat(config.normEpsilon()).isEqualTo(1e-5);
        assertThat(config.notes())
                .containsExactly(
                        "params.json does not say the context length: 4096 as its other fields"
                                + " suggest");
    }

    @Test
    void derivedConfigIsReadAsTheSameModel() throws IOException {
        var config = read("{\"use_scaled_rope\": true}", 32000, 11008);
        var again =
                ConfigJson.read(
                        FILE,
                        Configs.json(new String(ConfigJson.config(config, DType.F16), UTF_8)));
        assertThat(again.weights()).isEqualTo(config.weights());
        assertThat(again.ropeScaling()).isEqualTo(config.ropeScaling());
        assertThat(again.contextLength()).isEqualTo(config.contextLength());
        assertThat(again.tokenId("bos")).hasValue(1);
        assertThat(again.tokenId("eos")).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 2048",
                "{\"norm_eps\": 1e-05} | 4096",
                "{\"rope_theta\": 1000000} | 16384",
                "{\"norm_eps\": 1e-05, \"dim\": 8192, \"n_heads\": 64} | 2048",
                "{\"norm_eps\": 1e-05, \"dim\": 8192, \"n_heads\": 64, \"n_kv_heads\": 8} | 4096",
                "{\"max_seq_len\": 1024} | 1024",
            })
    void contextLengthIsThePublishedModels(String fields, int length) throws IOException {
        assertThat(read(fields, 32000, 11008).contextLength()).isEqualTo(length);
    }

    @Test
    void vocabularyIsTheEmbeddings() throws IOException {
        var config = read("{\"max_seq_len\": 64, \"vocab_size\": 32000}", 49953, 11008);
        assertThat(config.vocabularySize()).isEqualTo(49953);
        assertThat(config.notes())
                .containsExactly(
                        "params.json: vocab_size is 32000 but the embedding has 49953 rows, which"
                                + " count");
    }

    @Test
    void intermediateSizeIsTheTensors() throws IOException {
        var config = read("{\"max_seq_len\": 64}", 32000, 11264);
        assertThat(config.intermediateSize()).isEqualTo(11264);
        assertThat(config.notes()).hasSize(1);
        assertThat(config.notes().getFirst()).contains("make an intermediate size of 11008");
    }

    @Test
    void multiplierOfTheLargeModelsIsKnown() throws IOException {
        var config =
                read(
                        "{\"max_seq_len\": 64, \"dim\": 8192, \"n_heads\": 64, \"multiple_of\": 4096,"
                                + " \"ffn_dim_multiplier\": 1.3}",
                        32000,
                        28672);
        assertThat(config.notes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"dim\": 0} | dim is 0",
                "{\"n_heads\": 3} | does not divide into 3 heads",
                "{\"n_kv_heads\": 64} | cannot share 64",
                "{\"multiple_of\": 0} | multiple_of is 0",
                "{\"vocab_size\": -2} | vocab_size is -2",
                "{\"norm_eps\": null} | norm_eps is missing",
                "{\"moe\": {\"num_experts\": 8}} | is of a mixture of experts",
            })
    void fieldThatCannotBeIsNamed(String fields, String reason) {
        assertThatThrownBy(() -> read(fields, 32000, 11008))
                .isInstanceOf(FileException.class)
                .hasMessageStartingWith("params.json: ")
                .hasMessageContaining(reason);
    }

    @Test
    void missingTensorIsNamed() {
        var params = Configs.json("{\"dim\": 64, \"n_heads\": 8}");
        assertThatThrownBy(() -> ParamsJson.read(FILE, params, name -> Optional.empty()))
                .hasMessageContaining("has no tensor model.layers.0.mlp.gate_proj.weight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {}",
                "{\"rope_theta\": 1E6, \"made_by\": \"ü\"} | {\"rope_theta\": 1E6, \"made_by\": \"ü\"}",
                "{\"vocab_size\": 32000} | {\"vocab_size\": 49953}",
                "{\"multiple_of\": 4096} | {\"multiple_of\": 256}",
                "{\"multiple_of\": 2, \"ffn_dim_multiplier\": 1.5} | {\"multiple_of\": 256}",
                "{\"multiple_of\": 1, \"ffn_dim_multiplier\": 1.0079} | {\"multiple_of\": 1, \"ffn_dim_multiplier\": 1.0079}",
            })
    void paramsOfTheBaseAreKeptAsLongAsTheyHold(String fields, String expected) throws IOException {
        var config = read(fields, 49953, 11008);
        assertThat(ParamsJson.params(config, params(fields)))
                .asString(UTF_8)
                .isEqualTo(new String(JsonText.oneLine(params(expected)), UTF_8));
    }

    @Test
    void paramsOfAnotherBaseAreWrittenAsTheReferenceScriptsWriteThem() throws IOException {
        var config = read("{\"norm_eps\": 1e-05, \"n_kv_heads\": 8}", 49953, 11008);
        assertThat(ParamsJson.params(config, Configs.json("{}")))
                .asString(UTF_8)
                .isEqualTo(
                        "{\"dim\": 4096, \"multiple_of\": 256, \"n_heads\": 32, \"n_kv_heads\": 8,"
                                + " \"n_layers\": 32, \"norm_eps\": 1e-05, \"vocab_size\": -1}");
    }

    /// What the merge scripts of both generations write for the models that they know.
    @ParameterizedTest
    @CsvSource({
        "4096, 11008, 32, 32, 4, 1e-05, '\"multiple_of\": 256'",
        "4096, 11008, 32, 32, 32, 1e-06, '\"multiple_of\": 256'",
        "5120, 13824, 40, 40, 40, 1e-06, '\"multiple_of\": 256'",
        "6656, 17920, 52, 52, 60, 1e-06, '\"multiple_of\": 256'",
        "8192, 22016, 64, 64, 80, 1e-05, '\"multiple_of\": 256'",
        "8192, 28672, 64, 8, 80, 1e-05, '\"multiple_of\": 4096, \"ffn_dim_multiplier\": 1.3'"
    })
    void paramsOfPublishedModelsAreThoseOfTheReferenceScripts(
            int width,
            int feedForward,
            int heads,
            int keyValueHeads,
            int layers,
            String epsilon,
            String formula)
            throws IOException {
        var config =
                Configs.tinyWith(
                        """
                        {"hidden_size": %d, "intermediate_size": %d, "num_attention_heads": %d,
                         "num_key_value_heads": %d, "num_hidden_layers": %d, "rms_norm_eps": %s}
                        """
                                .formatted(
                                        width, feedForward, heads, keyValueHeads, layers, epsilon));
        String shared = keyValueHeads == heads ? "" : "\"n_kv_heads\": " + keyValueHeads + ", ";
        assertThat(ParamsJson.params(config, Configs.json("{}")))
                .asString(UTF_8)
                .isEqualTo(
                        "{\"dim\": %d, %s, \"n_heads\": %d, %s\"n_layers\": %d, \"norm_eps\": %s, \"vocab_size\": -1}"
                                .formatted(width, formula, heads, shared, layers, epsilon));
    }

    private static ObjectNode params(String fields) {
        var params =
                Configs.json(
                        """
                        {"dim": 4096, "multiple_of": 256, "n_heads": 32, "n_layers": 32,
                         "norm_eps": 1e-06, "vocab_size": -1}
                        """);
        return params.setAll(Configs.json(fields));
    }

    private static LlamaConfig read(String fields, int vocabulary, int intermediate)
            throws IOException {
        return ParamsJson.read(FILE, params(fields), tensors(vocabulary, intermediate, 4096));
    }

    private static Function<String, Optional<Shape>> tensors(
            int vocabulary, int intermediate, int hidden) {
        var shapes =
                Map.of(
                        "model.embed_tokens.weight", Shape.of(vocabulary, hidden),
                        "model.layers.0.mlp.gate_proj.weight", Shape.of(intermediate, hidden));
        return name -> Optional.ofNullable(shapes.get(name));
    }
}
