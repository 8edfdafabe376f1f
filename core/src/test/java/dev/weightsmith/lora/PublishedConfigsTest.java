package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Adapters as PEFT 0.21 and the first-generation project wrote them.
class PublishedConfigsTest {
    private static final String QUERY = "model.layers.0.self_attn.q_proj";

    private static LoraConfig read(String folder) throws IOException {
        return LoraConfig.read(SharedData.path(folder).resolve("adapter_config.json"));
    }

    /// The names and shapes of a safetensors file, without its values.
    private static MemoryCheckpoint headerOf(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var header =
                (ObjectNode)
                        new JsonMapper()
                                .readTree(new String(bytes, 8, length, StandardCharsets.UTF_8));
        var checkpoint = new MemoryCheckpoint(file.toString());
        for (var entry : header.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                var shape = entry.getValue().path("shape");
                long[] dimensions = new long[shape.size()];
                for (int i = 0; i < dimensions.length; i++) {
                    dimensions[i] = shape.path(i).asLong();
                }
                checkpoint.with(entry.getKey(), DType.F32, 1, dimensions);
            }
        }
        return checkpoint;
    }

    @ParameterizedTest
    @CsvSource({
        "tiny/lora-llama-plus, 8, 4",
        "tiny/lora-alpaca-plus, 16, 2",
        "mha/lora-1, 4, 8",
        "mha/lora-2, 5, 1.4",
        "peft/plain, 8, 2",
        "peft/plain-bin, 8, 4",
        "peft/odd-rank, 5, 1.4",
        "peft/high-rank, 64, 1",
        "peft/rslora, 8, 5.656854249492381",
        "peft/rank-alpha-pattern, 4, 4",
        "peft/layers-to-transform, 8, 2",
        "peft/modules-to-save, 8, 2",
        "peft/resized-vocab, 8, 2"
    })
    void rankAndScaleOfTheFirstQueryProjection(String folder, int rank, double scale)
            throws IOException {
        LoraConfig config = read(folder);
        assertThat(config.rank(QUERY)).isEqualTo(rank);
        assertThat(config.scale(QUERY)).isEqualTo((float) scale);
    }

    @Test
    void patternsGiveOtherModulesOtherScales() throws IOException {
        LoraConfig config = read("peft/rank-alpha-pattern");
        assertThat(config.scale("model.layers.0.self_attn.o_proj")).isEqualTo(5 / 8f);
        assertThat(config.scale("model.layers.1.self_attn.o_proj")).isEqualTo(2f);
        assertThat(config.scale("model.layers.4.self_attn.v_proj")).isEqualTo(8f);
    }

    @ParameterizedTest
    @CsvSource({"dora, use_dora", "trainable-tokens, trainable_token_indices"})
    void unsupportedKindIsNamed(String kind, String key) {
        SharedData.assumePresent();
        assertThatThrownBy(() -> read("peft/" + kind))
                .isInstanceOfSatisfying(
                        FileException.class,
                        e -> assertThat(e.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED))
                .hasMessageContaining("'" + key + "' is");
    }

    @Test
    void loraOfAnEmbeddingIsNamed() {
        Path folder = SharedData.path("peft/lora-embedding");
        assertThatThrownBy(() ->
                        LoraAdapter.open(folder, "adapter-1", PublishedConfigsTest::headerOf)
                                .close())
                .isInstanceOf(FileException.class)
                .hasMessageContaining("(LoRA of an embedding)");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, 35, 0",
        "rank-alpha-pattern, 35, 0",
        "layers-to-transform, 14, 0",
        "modules-to-save, 35, 2",
        "resized-vocab, 35, 2"
    })
    void everyTensorHasItsPlace(String kind, int pairs, int replaced) throws IOException {
        Path folder = SharedData.path("peft/" + kind);
        try (var adapter = LoraAdapter.open(folder, "adapter-1", PublishedConfigsTest::headerOf)) {
            assertThat(adapter.pairs()).hasSize(pairs);
            assertThat(adapter.replaced()).hasSize(replaced);
        }
    }
}
