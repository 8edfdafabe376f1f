package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.format.Refused;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Hugging Face folders whose configuration and weights contradict each other.
class ModelOpenerTest {
    @TempDir private Path folder;
    private ObjectNode config;

    @BeforeEach
    void copy() throws IOException {
        Path base = SharedData.path("tiny/base-hf");
        Files.write(
                folder.resolve("model.safetensors"),
                Files.readAllBytes(base.resolve("model.safetensors")));
        config = StrictJson.readObject(base.resolve("config.json"));
    }

    private LlamaModel open() throws IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        return LlamaModel.open(folder);
    }

    @Test
    void vocabularySizeThatIsNotTheEmbeddingsIsAWarning() throws IOException {
        config.put("vocab_size", 600);
        try (LlamaModel model = open()) {
            assertThat(ModelFindings.of(model))
                    .filteredOn(finding -> finding.severity() == Finding.Severity.WARNING)
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.problem().toString())
                                    .contains("vocab_size is 600 but the embedding has 512 rows"));
        }
    }

    @Test
    void foldingWarnsToo() throws IOException {
        config.put("vocab_size", 600);
        open().close();
        try (Folded folded = Folded.open(folder, List.of(), false)) {
            assertThat(folded.findings())
                    .anyMatch(finding -> finding.severity() == Finding.Severity.WARNING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "attention_bias, model.layers.0.self_attn.q_proj.bias",
        "mlp_bias, model.layers.0.mlp.up_proj.bias"
    })
    void biasesThatAreAnnouncedButAbsentAreRefused(String field, String tensor) {
        config.put(field, true);
        Refused.file(
                this::open,
                ErrorKind.MALFORMED,
                "lacks tensor '%s', which %s in config.json announces".formatted(tensor, field));
    }

    @Test
    void soundModelHasNothingToWarnOf() throws IOException {
        try (LlamaModel model = open()) {
            assertThat(ModelFindings.of(model)).isEmpty();
        }
    }
}
