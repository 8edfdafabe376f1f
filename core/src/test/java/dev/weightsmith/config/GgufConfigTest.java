package dev.weightsmith.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.output.GgufMetadata;
import dev.weightsmith.output.ModelName;
import dev.weightsmith.tokenizer.ChatTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufConfigTest {
    private static final Path FILE = Path.of("model.gguf");

    @Test
    void metadataWeWriteIsReadAsTheSameModel() throws IOException {
        var config = ModelConfig.ofGguf(FILE, tiny("{}"), List.of());
        assertThat(config.weights()).isEqualTo(Configs.tiny().weights());
        assertThat(config.normEpsilon()).isEqualTo(1e-5);
        assertThat(config.contextLength()).isEqualTo(512);
        assertThat(config.source().path("model_type").asText()).isEqualTo("llama");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}}",
                "{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}}",
                "{\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 16, \"beta_fast\": 32,"
                        + " \"original_max_position_embeddings\": 4096}}"
            })
    void ropeScalingComesBack(String fields) throws IOException {
        assertThat(ModelConfig.ofGguf(FILE, tiny(fields), List.of()).ropeScaling())
                .isEqualTo(Configs.tinyWith(fields).ropeScaling());
    }

    @Test
    void oldKeyOfLinearScalingIsKnown() throws IOException {
        var metadata = tiny("{}");
        metadata.put("llama.rope.scale_linear", new GgufValue.F32(2));
        assertThat(ModelConfig.ofGguf(FILE, metadata, List.of()).ropeScaling())
                .isEqualTo(new RopeScaling.Linear(2));
    }

    @Test
    void vocabularyWithoutKeyIsTheTokens() throws IOException {
        var metadata = tiny("{}");
        metadata.remove("llama.vocab_size");
        metadata.put("tokenizer.ggml.tokens", new GgufValue.Texts(List.of("a", "b", "c")));
        assertThat(ModelConfig.ofGguf(FILE, metadata, List.of()).vocabularySize()).isEqualTo(3);
    }

    @Test
    void otherArchitectureIsUnsupported() throws IOException {
        assertRefused(
                "general.architecture",
                new GgufValue.Text("qwen2"),
                ErrorKind.UNSUPPORTED,
                "is of a model of architecture 'qwen2'");
    }

    @Test
    void noLayersAreRefused() throws IOException {
        assertRefused(
                "llama.block_count",
                new GgufValue.U32(0),
                ErrorKind.MALFORMED,
                "llama.block_count is 0.0");
    }

    @Test
    void moreLayersThanLlamaCppLoadsAreRefused() throws IOException {
        assertRefused(
                "llama.block_count",
                new GgufValue.U32(513),
                ErrorKind.MALFORMED,
                "llama.block_count is 513");
    }

    @Test
    void ropeBaseThatIsNotANumberIsRefused() throws IOException {
        assertRefused(
                "llama.rope.freq_base",
                new GgufValue.F32(Float.NaN),
                ErrorKind.MALFORMED,
                "llama.rope.freq_base is NaN");
    }

    @Test
    void sizeThatIsTextIsRefused() throws IOException {
        assertRefused(
                "llama.embedding_length",
                new GgufValue.Text("64"),
                ErrorKind.MALFORMED,
                "llama.embedding_length is no number");
    }

    @Test
    void hugeSizeIsRefused() throws IOException {
        assertRefused(
                "llama.embedding_length",
                new GgufValue.U64(-1),
                ErrorKind.MALFORMED,
                "llama.embedding_length is 9.2");
    }

    @Test
    void partialRotationIsUnsupported() throws IOException {
        assertRefused(
                "llama.rope.dimension_count",
                new GgufValue.U32(4),
                ErrorKind.UNSUPPORTED,
                "expected the head size, 8");
    }

    @Test
    void llama3ScalingComesBackFromItsDivisors() throws IOException {
        var config =
                Configs.tinyWith(
                        "{\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 32,"
                                + " \"low_freq_factor\": 1, \"high_freq_factor\": 4,"
                                + " \"original_max_position_embeddings\": 1024}}");
        var read = ModelConfig.ofGguf(FILE, tiny("{}"), GgufMetadata.ropeFrequencies(config));
        assertThat(read.ropeScaling()).isEqualTo(config.ropeScaling());
        assertThat(read.source().path("rope_scaling").path("original_max_position_embeddings"))
                .hasToString("1024");
    }

    @Test
    void divisorsOfNoFormulaAreKept() throws IOException {
        var divisors = List.of(1f, 1.5f, 3f, 7f);
        var read = ModelConfig.ofGguf(FILE, tiny("{}"), divisors);
        assertThat(read.ropeScaling()).isEqualTo(new RopeScaling.Divisors(divisors));
        assertThat(GgufMetadata.ropeFrequencies(read)).isEqualTo(divisors);
    }

    @Test
    void divisorsOfOneScaleNothing() throws IOException {
        assertThat(ModelConfig.ofGguf(FILE, tiny("{}"), List.of(1f, 1f, 1f, 1f)).ropeScaling())
                .isEqualTo(new RopeScaling.None());
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
    void divisorThatIsNoNumberAboveZeroIsRefused(float divisor) throws IOException {
        var metadata = tiny("{}");
        assertThatThrownBy(() -> ModelConfig.ofGguf(FILE, metadata, List.of(1f, 1f, divisor, 8f)))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("rope_freqs.weight holds " + divisor);
    }

    @Test
    void divisorsOfAnotherHeadSizeAreRefused() throws IOException {
        var metadata = tiny("{}");
        assertThatThrownBy(() -> ModelConfig.ofGguf(FILE, metadata, List.of(1f, 8f)))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("has 2 elements, expected half the head size, 4");
    }

    @Test
    void divisorsBesideAnotherScalingAreUnsupported() throws IOException {
        var metadata = tiny("{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}}");
        assertThatThrownBy(() -> ModelConfig.ofGguf(FILE, metadata, List.of(1f, 1f, 2f, 8f)))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("has both rope_freqs.weight and llama.rope.scaling");
    }

    private static void assertRefused(String key, GgufValue value, ErrorKind kind, String reason)
            throws IOException {
        var metadata = tiny("{}");
        metadata.put(key, value);
        assertThatThrownBy(() -> ModelConfig.ofGguf(FILE, metadata, List.of()))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(((FileException) e).problem().kind()).isEqualTo(kind));
    }

    private static Map<String, GgufValue> tiny(String fields) throws IOException {
        return new LinkedHashMap<>(
                new GgufMetadata(
                                Configs.tinyWith(fields),
                                Optional.empty(),
                                Optional.empty(),
                                ChatTemplates.none(),
                                ModelName.of("tiny", 0),
                                0,
                                1)
                        .values());
    }
}
