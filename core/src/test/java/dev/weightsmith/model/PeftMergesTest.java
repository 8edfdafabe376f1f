package dev.weightsmith.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.Refused;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.lora.LoraAdapter;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Adapters of every kind that is supported, against the digests of what PEFT's `merge_and_unload`
/// made of them on a base loaded in each type.
@Tag("slow")
class PeftMergesTest {
    private static final Map<String, DType> TYPES =
            Map.of("float16", DType.F16, "bfloat16", DType.BF16, "float32", DType.F32);

    @TempDir private Path folder;

    private Path write(Path base, List<Path> adapters, String name, DType type) throws IOException {
        Path out = folder.resolve(name);
        try (Folded folded = Folded.open(base, adapters, false)) {
            write(folded.model(), out, type, HuggingFaceOutput.Container.SAFETENSORS);
        }
        return out;
    }

    private static void write(
            LlamaModel model, Path out, DType type, HuggingFaceOutput.Container container)
            throws IOException {
        var options =
                new OutputOptions(
                        Optional.of(type), Long.MAX_VALUE, Optional.empty(), Optional.empty());
        Runs.run(HuggingFaceOutput.plan(model, options, container), out, model.sources());
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alpha-float",
                "alpha-zero",
                "anchored-patterns",
                "bias-all-none-there",
                "exclude-modules",
                "exclude-regex",
                "file-bfloat16",
                "file-float16",
                "file-float64",
                "gaussian",
                "layers-pattern",
                "olora-converted",
                "orthogonal",
                "pissa-converted",
                "rank-1",
                "rslora-patterns",
                "save-mlp-linear",
                "save-norms",
                "target-regex"
            })
    void otherwiseConfiguredAdaptersAreThoseOfPeft(String adapter) throws IOException {
        assertMerged(SharedData.path("tiny/base-hf"), "adapters/" + adapter, "merged");
    }

    /// None of them is folded in part: what asks for more is named.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "adapters/dora-bias | 'use_dora' is true",
                "adapters/dora-embed | 'use_dora' is true",
                "adapters/dora-r16 | 'use_dora' is true",
                "adapters/layer-replication | 'layer_replication' is",
                "adapters/lora-bias | 'lora_bias' is true",
                "adapters/lora-bias-no-base-bias | 'lora_bias' is true",
                "adapters/olora-unconverted | 'init_lora_weights' is \"olora\"",
                "adapters/pissa-unconverted | 'init_lora_weights' is \"pissa\"",
                "adapters/target-parameters | 'target_parameters' is",
                "adapters/tied-lora-both | embed_tokens.lora_embedding_A' (LoRA of an embedding)",
                "adapters/tied-lora-embed | embed_tokens.lora_embedding_A' (LoRA of an embedding)",
                "adapters/tied-lora-embed-ensure | embed_tokens.lora_embedding_A' (LoRA of an embedding)",
                "adapters/tied-trainable-tokens | 'trainable_token_indices' is",
                "adapters/trainable-tokens-dict | 'trainable_token_indices' is",
                "adapters/adalora | 'peft_type' is 'ADALORA'",
                "adapters/boft | 'peft_type' is 'BOFT'",
                "adapters/c3a | 'peft_type' is 'C3A'",
                "adapters/fourierft | 'peft_type' is 'FOURIERFT'",
                "adapters/hra | 'peft_type' is 'HRA'",
                "adapters/ia3 | 'peft_type' is 'IA3'",
                "adapters/ln-tuning | 'peft_type' is 'LN_TUNING'",
                "adapters/loha | 'peft_type' is 'LOHA'",
                "adapters/lokr | 'peft_type' is 'LOKR'",
                "adapters/miss | 'peft_type' is 'MISS'",
                "adapters/oft | 'peft_type' is 'OFT'",
                "adapters/randlora | 'peft_type' is 'RANDLORA'",
                "adapters/trainable-tokens-type | 'peft_type' is 'TRAINABLE_TOKENS'",
                "adapters/vblora | 'peft_type' is 'VBLORA'",
                "adapters/vera | 'peft_type' is 'VERA'",
                "peft/dora | 'use_dora' is true",
                "peft/lora-embedding | embed_tokens.lora_embedding_A' (LoRA of an embedding)",
                "peft/trainable-tokens | 'trainable_token_indices' is"
            })
    void whatIsNotSupportedStopsWithItsName(String adapter, String name) {
        Path lora = SharedData.path(adapter);
        Refused.file(
                () -> LoraAdapter.open(lora, "adapter-1", Formats::open).close(),
                ErrorKind.UNSUPPORTED,
                name);
    }

    /// What is saved whole was trained beside the matrix that a tied model has: one of the two, or
    /// both, are new. PEFT's digests list `lm_head.weight` always.
    @ParameterizedTest
    @ValueSource(strings = {"tied-save-embed", "tied-save-both"})
    void tiedModelGetsTwoMatrices(String adapter) throws IOException {
        assertMerged(tied(), "adapters/" + adapter, "merged");
        assertThat(configOf("merged-float32").path("tie_word_embeddings").booleanValue()).isFalse();
    }

    /// PyTorch's files of a tied model have the one matrix under one name, or under both.
    @ParameterizedTest
    @CsvSource({
        "tied-save-embed, false",
        "tied-save-embed, true",
        "tied-save-both, false",
        "tied-save-ensure, false",
        "tied-save-ensure, true",
        "tied-lora-lmhead, false",
        "tied-lora-lmhead, true"
    })
    void tiedModelInPyTorchFilesIsMergedAlike(String adapter, boolean twice) throws IOException {
        Path base = folder.resolve("bin");
        try (LlamaModel model = LlamaModel.open(tied())) {
            var tensors = new LinkedHashMap<>(model.tensors());
            if (twice) {
                tensors.put(TensorNames.OUTPUT, requireNonNull(tensors.get(TensorNames.EMBEDDING)));
            }
            write(model.withTensors(tensors), base, DType.F16, HuggingFaceOutput.Container.BIN);
        }
        Files.copy(
                folder.resolve("tied/config.json"),
                base.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Path out = folder.resolve("out");
        try (Folded folded =
                Folded.open(base, List.of(SharedData.path("adapters/" + adapter)), false)) {
            write(folded.model(), out, DType.F16, HuggingFaceOutput.Container.BIN);
        }
        String merge = adapter.equals("tied-lora-lmhead") ? "merged_unshared" : "merged";
        try (Checkpoint merged = Formats.open(out)) {
            var digests = new TreeMap<>(Tensors.digests(merged));
            String embedding = requireNonNull(digests.get(TensorNames.EMBEDDING));
            digests.putIfAbsent(TensorNames.OUTPUT, embedding);
            assertThat(digests).isEqualTo(expected("adapters/" + adapter, merge, "float16"));
        }
        boolean tied = adapter.equals("tied-save-ensure");
        assertThat(configOf("out").path("tie_word_embeddings").booleanValue()).isEqualTo(tied);
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
