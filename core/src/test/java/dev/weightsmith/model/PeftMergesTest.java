package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.format.Formats;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Adapters of every kind that is supported, against the digests of what PEFT's `merge_and_unload`
/// made of them on a base loaded in each type.
class PeftMergesTest {
    private static final Map<String, DType> TYPES =
            Map.of("float16", DType.F16, "bfloat16", DType.BF16, "float32", DType.F32);

    @TempDir private Path folder;

    private Path write(Path base, List<Path> adapters, String name, DType type) throws IOException {
        Path out = folder.resolve(name);
        var options =
                new OutputOptions(
                        Optional.of(type), Long.MAX_VALUE, Optional.empty(), Optional.empty());
        try (Folded folded = Folded.open(base, adapters, false)) {
            Runs.run(
                    HuggingFaceOutput.plan(folded.model(), options), out, folded.model().sources());
        }
        return out;
    }

    private static Map<String, String> expected(String adapter, String merge, String type)
            throws IOException {
        var digests = new TreeMap<String, String>();
        Path folder = Path.of(adapter);
        new JsonMapper()
                .readTree(SharedData.path(folder.getParent() + "/expected.json").toFile())
                .required("cases")
                .required(folder.getFileName().toString())
                .required(merge)
                .required(type)
                .properties()
                .forEach(t -> digests.put(t.getKey(), t.getValue().required("sha256").asText()));
        return digests;
    }

    // None of these has rank 256 or more, from where the last bits may differ
    // (docs/specs/adapters.md#merge-arithmetic), so all are compared whole.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "plain-bin",
                "rslora",
                "rank-alpha-pattern",
                "odd-rank",
                "high-rank",
                "layers-to-transform",
                "modules-to-save",
                "resized-vocab"
            })
    void mergedTensorsAreThoseOfPeft(String adapter) throws IOException {
        assertMerged(SharedData.path("tiny/base-hf"), "peft/" + adapter, "merged");
    }

    @Test
    void fanInFanOutChangesNothingInLinearLayers() throws IOException {
        assertMerged(SharedData.path("tiny/base-hf"), "adapters/fan-in-fan-out", "merged");
    }

    /// What is saved whole was trained beside the matrix that a tied model has: one of the two, or
    /// both, are new. PEFT's digests list `lm_head.weight` always.
    @ParameterizedTest
    @ValueSource(strings = {"tied-save-embed", "tied-save-both"})
    void tiedModelGetsTwoMatrices(String adapter) throws IOException {
        assertMerged(tied(), "adapters/" + adapter, "merged");
        assertThat(configOf("merged-float32").path("tie_word_embeddings").booleanValue()).isFalse();
    }

    /// PEFT adds this delta into the matrix that both share, and knows that it is wrong; its own
    /// merge after the two were made separate is the running model.
    @Test
    void deltaOfTheHeadUntiesIt() throws IOException {
        assertMerged(tied(), "adapters/tied-lora-lmhead", "merged_unshared");
    }

    @Test
    void ensuredTyingStays() throws IOException {
        assertMerged(tied(), "adapters/tied-save-ensure", "merged");
        assertThat(configOf("merged-float32").path("tie_word_embeddings").booleanValue()).isTrue();
    }

    /// MLX keeps the matrices turned over; `mlx_adapter.py` gave PEFT the same ones as PEFT keeps
    /// them.
    @Test
    void adapterOfMlxIsThatOfPeftTurnedOver() throws Exception {
        Path base = SharedData.path("tiny/base-hf");
        Path lora = Path.of(PeftMergesTest.class.getResource("mlx").toURI());
        JsonNode expected = new JsonMapper().readTree(lora.resolve("expected.json").toFile());
        for (var type : TYPES.entrySet()) {
            Path loaded = write(base, List.of(), "base-" + type.getKey(), type.getValue());
            Path out = write(loaded, List.of(lora), "merged-" + type.getKey(), type.getValue());
            try (Checkpoint merged = Formats.open(out)) {
                var digests = Tensors.digests(merged);
                for (var tensor : expected.required(type.getKey()).properties()) {
                    assertThat(digests)
                            .as(type.getKey())
                            .containsEntry(tensor.getKey(), tensor.getValue().textValue());
                }
            }
        }
    }

    /// Without its tokenizer, which is of no kind that is read.
    private Path tied() throws IOException {
        Path base = Files.createDirectory(folder.resolve("tied"));
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(SharedData.path("families/llama32-tied").resolve(name), base.resolve(name));
        }
        return base;
    }

    private JsonNode configOf(String model) throws IOException {
        return new JsonMapper().readTree(folder.resolve(model).resolve("config.json").toFile());
    }

    private void assertMerged(Path base, String adapter, String merge) throws IOException {
        Path lora = SharedData.path(adapter);
        for (var type : TYPES.entrySet()) {
            // PEFT added to a base that was loaded in that type.
            Path loaded = write(base, List.of(), "base-" + type.getKey(), type.getValue());
            Path out = write(loaded, List.of(lora), "merged-" + type.getKey(), type.getValue());
            try (Checkpoint merged = Formats.open(out)) {
                var digests = new TreeMap<>(Tensors.digests(merged));
                String embedding = digests.get("model.embed_tokens.weight");
                if (embedding != null) {
                    digests.putIfAbsent("lm_head.weight", embedding);
                }
                assertThat(digests)
                        .as(adapter + " in " + type.getKey())
                        .isEqualTo(expected(adapter, merge, type.getKey()));
            }
        }
    }
}
