package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.Refused;
import dev.weightsmith.format.safetensors.SafetensorsLayout;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
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

    /// The weights with some left out or added.
    private void weights(UnaryOperator<SequencedMap<String, Recipe>> edit) throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (Checkpoint stored = Formats.open(SharedData.path("tiny/base-hf"))) {
            Tensors readable = Tensors.of("model", stored);
            var tensors = new LinkedHashMap<>(readable.recipes());
            List<PlannedTensor> planned =
                    edit.apply(tensors).entrySet().stream()
                            .map(tensor -> new PlannedTensor(tensor.getKey(), tensor.getValue()))
                            .toList();
            var layout =
                    SafetensorsLayout.of(
                            planned.stream().map(PlannedTensor::info).toList(), Map.of());
            Files.delete(file);
            Runs.run(
                    new Plan(
                            false,
                            List.of(Plan.TensorFile.of("model.safetensors", layout, planned)),
                            List.of()),
                    file,
                    readable.sources());
        }
    }

    /// transformers would make up an lm_head.
    @Test
    void missingHeadOfAModelThatTiesNothingIsRefused() throws IOException {
        weights(tensors -> {
            tensors.remove(TensorNames.OUTPUT);
            return tensors;
        });
        Refused.file(
                this::open,
                ErrorKind.MALFORMED,
                "lacks tensor 'lm_head.weight', which tie_word_embeddings");
        config.put("tie_word_embeddings", true);
        open().close();
    }

    @Test
    void headBesideTheEmbeddingThatItIsTiedToIsAWarning() throws IOException {
        config.put("tie_word_embeddings", true);
        weights(tensors -> {
            tensors.put(
                    TensorNames.OUTPUT, new Recipe.Noise(Shape.of(512, 64), 1, 1).as(DType.F16));
            return tensors;
        });
        try (LlamaModel model = open()) {
            assertThat(model.config().tiedEmbeddings()).isFalse();
            assertThat(ModelFindings.of(model))
                    .singleElement()
                    .satisfies(finding ->
                            assertThat(finding.problem().toString())
                                    .contains("an lm_head that is not the embedding"));
        }
    }

    @Test
    void oneMatrixUnderBothNamesStaysTied() throws IOException {
        config.put("tie_word_embeddings", true);
        weights(tensors -> {
            tensors.put(
                    TensorNames.OUTPUT, Objects.requireNonNull(tensors.get(TensorNames.EMBEDDING)));
            return tensors;
        });
        try (LlamaModel model = open()) {
            assertThat(model.config().tiedEmbeddings()).isTrue();
            assertThat(ModelFindings.of(model)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model.layers.2.mlp.up_proj.qweight, 'of a quantized model, without a quantization_config'",
        "model.layers.2.mlp.up_proj.weight_scale_inv, of a quantized model",
        "model.layers.2.mlp.up_proj.weight.absmax, of a quantized model",
        "score.weight, 'the head of a classifier, not of a language model'",
        "layers.0.mlp.up_proj.weight, of a bare model without lm_head",
        "model.vision.weight, no part of a LLaMA model"
    })
    void tensorOfAnotherKindOfModelIsCalledThat(String name, String kind) throws IOException {
        weights(tensors -> {
            tensors.put(name, Objects.requireNonNull(tensors.get("model.norm.weight")));
            return tensors;
        });
        Refused.file(this::open, ErrorKind.UNSUPPORTED, "tensor '%s' is %s".formatted(name, kind));
    }

    @Test
    void quantizedModelPointsToTheOneThatItWasMadeFrom() {
        config.putObject("quantization_config").put("quant_method", "bitsandbytes");
        assertThat(
                        Refused.file(
                                        this::open,
                                        ErrorKind.UNSUPPORTED,
                                        "has a quantization_config (bitsandbytes)")
                                .hint())
                .hasValueSatisfying(hint -> assertThat(hint).contains("the 16-bit model"));
    }

    @Test
    void soundModelHasNothingToWarnOf() throws IOException {
        try (LlamaModel model = open()) {
            assertThat(ModelFindings.of(model)).isEmpty();
        }
    }
}
