package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.testing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoraAdapterTest {
    private static final String A = "base_model.model." + Adapters.QUERY + ".lora_A.weight";
    private static final String B = "base_model.model." + Adapters.QUERY + ".lora_B.weight";

    @TempDir private Path folder;

    private FileException failure(MemoryCheckpoint weights) throws IOException {
        return failure(Adapters.CONFIG, weights);
    }

    private FileException failure(String config, MemoryCheckpoint weights) throws IOException {
        try (var adapter = Adapters.open(folder, "adapter", config, weights)) {
            throw new AssertionError("accepted: " + adapter.weights().tensors());
        } catch (FileException e) {
            return e;
        }
    }

    @Test
    void pairIsFoundByItsModule() throws IOException {
        try (var adapter = Adapters.open(folder, "adapter", Adapters.pair())) {
            LoraPair pair = adapter.pairs().firstEntry().getValue();
            assertThat(adapter.pairs()).containsOnlyKeys(Adapters.QUERY);
            assertThat(pair.a().shape()).isEqualTo(Shape.of(2, 4));
            assertThat(pair.b().shape()).isEqualTo(Shape.of(6, 2));
            assertThat(pair.rank()).isEqualTo(2);
            assertThat(pair.scale()).isEqualTo(2f);
        }
    }

    @Test
    void embeddingAndHeadReplaceTheModels() throws IOException {
        try (var adapter = Adapters.open(folder, "adapter", Adapters.withVocabulary(11, 1))) {
            assertThat(adapter.replaced())
                    .containsOnlyKeys("model.embed_tokens.weight", "lm_head.weight");
        }
    }

    @Test
    void namesWithDefaultAndWithoutPrefixAreThoseOfPeftToo() throws IOException {
        var weights =
                new MemoryCheckpoint("weights")
                        .with(Adapters.QUERY + ".lora_A.default.weight", 2, 4)
                        .with(Adapters.QUERY + ".lora_B.default.weight", 6, 2);
        try (var adapter = Adapters.open(folder, "adapter", weights)) {
            assertThat(adapter.pairs()).containsOnlyKeys(Adapters.QUERY);
        }
    }

    @Test
    void fanInFanOutTurnsNothingOver() throws IOException {
        String config =
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"fan_in_fan_out\": true}";
        try (var adapter = Adapters.open(folder, "adapter", config, Adapters.pair())) {
            LoraPair pair = adapter.pairs().firstEntry().getValue();
            assertThat(pair.a().shape()).isEqualTo(Shape.of(2, 4));
            assertThat(pair.b().shape()).isEqualTo(Shape.of(6, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_orig_mod.base_model.model.",
                "module.base_model.model.",
                "module._orig_mod.base_model.model.",
                "_fsdp_wrapped_module.base_model.model.",
                "base_model.model._fsdp_wrapped_module.",
                "_forward_module.base_model.model."
            })
    void wrappersAroundTheModelAreLookedThrough(String prefix) throws IOException {
        var weights =
                new MemoryCheckpoint("weights")
                        .with(prefix + Adapters.QUERY + ".lora_A.weight", 2, 4)
                        .with(prefix + Adapters.QUERY + ".lora_B.weight", 6, 2);
        try (var adapter = Adapters.open(folder, "adapter", weights)) {
            assertThat(adapter.pairs()).containsOnlyKeys(Adapters.QUERY);
        }
    }

    @Test
    void wrappersInsideTheModelAreLookedThrough() throws IOException {
        String query =
                "base_model.model.model.layers.0._checkpoint_wrapped_module._fsdp_wrapped_module"
                        + ".self_attn._orig_mod.q_proj";
        var weights =
                new MemoryCheckpoint("weights")
                        .with(query + ".lora_A.default.weight", 2, 4)
                        .with(query + ".lora_B.default.weight", 6, 2)
                        .with("base_model.model.lm_head.modules_to_save.default.weight", 9, 4);
        try (var adapter = Adapters.open(folder, "adapter", weights)) {
            assertThat(adapter.pairs()).containsOnlyKeys(Adapters.QUERY);
            assertThat(adapter.replaced()).containsOnlyKeys("lm_head.weight");
        }
    }

    @Test
    void baseOfAnAdaptedHeadIsRead() throws IOException {
        var weights = Adapters.pair().with("base_model.model.lm_head.base_layer.weight", 9, 4);
        try (var adapter = Adapters.open(folder, "adapter", weights)) {
            assertThat(adapter.base()).containsOnlyKeys("lm_head.weight");
            assertThat(adapter.replaced()).isEmpty();
        }
    }

    @Test
    void adapterInTheOneNamedSubfolderIsFound() throws IOException {
        Path named = Files.createDirectories(folder.resolve("out/mine"));
        Files.createDirectory(folder.resolve("out/runs"));
        Files.writeString(named.resolve("adapter_config.json"), Adapters.CONFIG);
        Files.createFile(named.resolve("adapter_model.safetensors"));
        Files.createFile(folder.resolve("out/tokenizer.model"));
        try (var adapter =
                LoraAdapter.open(folder.resolve("out"), "adapter-1", path -> Adapters.pair())) {
            assertThat(adapter.source()).isEqualTo(folder.resolve("out"));
            assertThat(adapter.folder()).isEqualTo(named);
            assertThat(adapter.tokenizerFolder()).contains(folder.resolve("out"));
        }
    }

    @Test
    void severalAdaptersInSubfoldersAreNamed() throws IOException {
        for (String name : List.of("one", "two")) {
            Path named = Files.createDirectory(folder.resolve(name));
            Files.writeString(named.resolve("adapter_config.json"), Adapters.CONFIG);
        }
        assertFailure(folder, "holds several adapters: 'one', 'two'");
    }

    @Test
    void headOfAClassifierIsNamed() throws IOException {
        var failure = failure(Adapters.pair().with("base_model.model.score.weight", 3, 4));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("the head of a classifier");
    }

    @Test
    void adapterOfAClassifierIsNamedByItsTask() throws IOException {
        String config =
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"task_type\": \"SEQ_CLS\"}";
        var failure = failure(config, Adapters.pair());
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("'task_type' is SEQ_CLS");
    }

    @Test
    void adapterOfABareModelIsNamed() throws IOException {
        String query = "base_model.model.layers.0.self_attn.q_proj";
        var failure =
                failure(
                        new MemoryCheckpoint("w")
                                .with(query + ".lora_A.weight", 2, 4)
                                .with(query + ".lora_B.weight", 6, 2));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("of a bare model without lm_head");
    }

    @Test
    void distributedCheckpointIsNamed() throws IOException {
        Files.createFile(
                Files.createDirectory(folder.resolve("pytorch_model_fsdp_0"))
                        .resolve("__0_0.distcp"));
        assertFailure(folder, "is a distributed checkpoint of FSDP (.distcp)");
        Files.writeString(folder.resolve("adapter_config.json"), Adapters.CONFIG);
        assertFailure(folder, "is a distributed checkpoint of FSDP (.distcp)");
    }

    @Test
    void halfPrecisionPairBecomesFloat32() throws IOException {
        var weights =
                new MemoryCheckpoint("weights")
                        .with(A, DType.F16, 1, 2, 4)
                        .with(B, DType.F16, 1, 6, 2);
        try (var adapter = Adapters.open(folder, "adapter", weights)) {
            assertThat(adapter.pairs().firstEntry().getValue().a().dtype()).isEqualTo(DType.F32);
        }
    }

    @Test
    void sameDeltaUnderTwoNamesIsMalformed() throws IOException {
        var failure = failure(Adapters.pair().with(Adapters.QUERY + ".lora_A.weight", 2, 4));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(failure).hasMessageContaining("is the same as '" + A + "'");
    }

    @Test
    void missingHalvesAreAllNamed() throws IOException {
        var failure =
                failure(new MemoryCheckpoint("w").with(A, 2, 4).with("x.lora_B.weight", 6, 2));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(failure)
                .hasMessageContaining("'" + Adapters.QUERY + "' has lora_A but no lora_B")
                .hasMessageContaining("'x' has lora_B but no lora_A");
    }

    @Test
    void rankOfBothMatricesMustBeTheConfigs() throws IOException {
        var failure = failure(new MemoryCheckpoint("w").with(A, 3, 4).with(B, 6, 4));
        assertThat(failure)
                .hasMessageContaining("'" + A + "' has shape [3, 4], expected rank 2")
                .hasMessageContaining("'" + B + "' has shape [6, 4], expected rank 2");
    }

    @Test
    void vectorInAPairIsMalformed() throws IOException {
        var failure = failure(new MemoryCheckpoint("w").with(A, 2, 4).with(B, 12));
        assertThat(failure).hasMessageContaining("has shape [12], expected a matrix");
    }

    @Test
    void emptyMatrixIsAnUngatheredSave() throws IOException {
        var failure = failure(new MemoryCheckpoint("w").with(A, 0).with(B, 6, 2));
        assertThat(failure).hasMessageContaining("'" + A + "' is empty: [0]");
        assertThat(failure.problem().hint().orElse("")).contains("ZeRO-3");
    }

    @Test
    void embeddingWithoutRowsIsAnUngatheredSave() throws IOException {
        var failure = failure(Adapters.withVocabulary(0, 1));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(failure.problem().hint().orElse("")).contains("ZeRO-3");
    }

    @Test
    void integersAreUnsupported() throws IOException {
        var failure = failure(new MemoryCheckpoint("w").with(A, DType.I8, 0, 2, 4).with(B, 6, 2));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure).hasMessageContaining("'" + A + "' (elements of type I8)");
    }

    @Test
    void everyUnsupportedTensorIsNamedAtOnce() throws IOException {
        var failure =
                failure(
                        Adapters.pair()
                                .with("base_model.model.model.embed_tokens.lora_embedding_A", 2, 9)
                                .with("base_model.model.x.lora_magnitude_vector", 6)
                                .with("base_model.model.x.lora_B.bias", 6)
                                .with("base_model.model.x.base_layer.weight", 9, 4)
                                .with("stray.weight", 2, 2));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(failure)
                .hasMessageContaining("lora_embedding_A' (LoRA of an embedding)")
                .hasMessageContaining("lora_magnitude_vector' (DoRA)")
                .hasMessageContaining("lora_B.bias' (a bias)")
                .hasMessageContaining("base_layer.weight' (a copy of the base)")
                .hasMessageContaining("'stray.weight' (a whole weight that modules_to_save");
    }

    @Test
    void normNamedInModulesToSaveIsReplaced() throws IOException {
        String config =
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4,"
                        + " \"modules_to_save\": [\"norm\"]}";
        var weights = Adapters.pair().with("base_model.model.model.norm.weight", 4);
        try (var adapter = Adapters.open(folder, "adapter", config, weights)) {
            assertThat(adapter.replaced()).containsOnlyKeys("model.norm.weight");
        }
    }

    @Test
    void failureClosesTheWeights() throws IOException {
        var weights = new MemoryCheckpoint("w").with(A, 2, 4);
        failure(weights);
        assertThat(weights.closed()).isTrue();
    }

    @Test
    void folderWithoutConfigIsMalformed() {
        assertFailure(folder, "holds no adapter_config.json");
    }

    @Test
    void folderWithoutWeightsIsMalformed() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), Adapters.CONFIG);
        assertFailure(folder, "holds no adapter_model.safetensors and no adapter_model.bin");
    }

    @Test
    void absentPathIsNotFetched() {
        assertFailure(folder.resolve("someone/some-lora"), "no such file or folder");
    }

    @Test
    void twoFilesOfWeightsThatDifferAreMalformed() throws IOException {
        twoFiles();
        var one = Adapters.pair();
        var other = new MemoryCheckpoint("bin").with(A, DType.F32, 2, 2, 4).with(B, 6, 2);
        assertFailure(
                folder,
                path -> path.toString().endsWith(".bin") ? other : one,
                "an adapter_model.bin with other tensors");
    }

    @Test
    void twoFilesOfTheSameWeightsAreOneAdapter() throws IOException {
        twoFiles();
        try (var adapter = LoraAdapter.open(folder, "adapter-1", path -> Adapters.pair())) {
            assertThat(adapter.pairs()).hasSize(1);
        }
    }

    private void twoFiles() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), Adapters.CONFIG);
        Files.createFile(folder.resolve("adapter_model.safetensors"));
        Files.createFile(folder.resolve("adapter_model.bin"));
    }

    private static void assertFailure(Path source, String message) {
        assertFailure(source, path -> Adapters.pair(), message);
    }

    private static void assertFailure(Path source, CheckpointOpener opener, String message) {
        try (var adapter = LoraAdapter.open(source, "adapter-1", opener)) {
            throw new AssertionError("accepted: " + adapter.source());
        } catch (IOException e) {
            assertThat(e).isInstanceOf(FileException.class).hasMessageContaining(message);
        }
    }
}
