package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.golden.Golden;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that PyTorch 1.13 and 2.13 saved give the tensors that PyTorch loads from them.
class TorchConformanceTest {
    private static final Map<String, DType> DTYPES =
            Map.ofEntries(
                    Map.entry("float64", DType.F64),
                    Map.entry("float32", DType.F32),
                    Map.entry("float16", DType.F16),
                    Map.entry("bfloat16", DType.BF16),
                    Map.entry("float8_e4m3fn", DType.F8_E4M3),
                    Map.entry("float8_e5m2", DType.F8_E5M2),
                    Map.entry("int64", DType.I64),
                    Map.entry("int32", DType.I32),
                    Map.entry("int16", DType.I16),
                    Map.entry("int8", DType.I8),
                    Map.entry("uint8", DType.U8),
                    Map.entry("bool", DType.BOOL));

    @ParameterizedTest
    @CsvSource({
        "t113-zip, t113, tensors",
        "t113-legacy, t113, tensors",
        "t113-nested, t113, tensors",
        "t113-dict-protocol4, t113, tensors",
        "t113-module-metadata, t113, module-metadata",
        "t213-zip, t213, tensors",
        "t213-legacy, t213, tensors",
        "t213-nested, t213, tensors",
        "t213-dict-protocol4, t213, tensors",
        "t213-module-metadata, t213, module-metadata",
    })
    void everyTensorIsAsPyTorchLoadsIt(String name, String version, String section)
            throws Exception {
        var expected =
                json(SharedData.path("torch-formats/" + version + "-expected.json")).get(section);
        try (var file = TorchFile.open(SharedData.path("torch-formats/" + name + ".pt"))) {
            assertThat(described(file)).isEqualTo(described(expected));
            file.verify();
        }
    }

    /// The same state dict in every form (torch_files.py).
    @ParameterizedTest
    @ValueSource(strings = {"zip-1.13", "zip-2.13", "protocol-4", "legacy", "nested"})
    void everyFormOfTheRepositoryGivesTheTensorsThatPyTorchSaved(String name) throws Exception {
        var expected = new HashMap<String, List<Object>>();
        for (var entry : Golden.json("torch/expected.json").properties()) {
            JsonNode tensor = entry.getValue();
            expected.put(entry.getKey(), described(tensor.get(0), tensor.get(1), tensor.get(2)));
        }
        try (var file = TorchFile.open(Golden.path("torch/" + name + ".pt"))) {
            assertThat(described(file)).isEqualTo(expected);
            file.verify();
        }
    }

    @Test
    void whatLiesBesideAStateDictIsNamed() throws Exception {
        try (var file = TorchFile.open(SharedData.path("torch-formats/t113-nested.pt"))) {
            assertThat(file.ignored()).containsExactly("step", "args");
        }
    }

    @Test
    void tensorsComeInTheOrderOfTheDict() throws Exception {
        try (var file = TorchFile.open(SharedData.path("torch-formats/t213-zip.pt"))) {
            assertThat(file.tensors().stream().map(TensorInfo::name))
                    .startsWith("f32", "f16", "bf16", "f64")
                    .endsWith("buffer", "f8_e4m3", "f8_e5m2");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hf-bin: tiny/base-hf-bin + lora-llama-plus + lora-alpaca-plus,"
                + "tiny/expected-alpaca-plus-hf-bin/pytorch_model-00001-of-00002.bin",
        "hf-bin: tiny/base-hf-bin + lora-llama-plus + lora-alpaca-plus,"
                + "tiny/expected-alpaca-plus-hf-bin/pytorch_model-00002-of-00002.bin",
        "'pth, 1 shard(s): mha/base-hf-bin + mha/lora-1 + mha/lora-2',"
                + "mha/expected-pth-1shard/consolidated.00.pth",
        "'pth, 2 shard(s): mha/base-hf-bin + mha/lora-1 + mha/lora-2',"
                + "mha/expected-pth-2shard/consolidated.00.pth",
        "'pth, 2 shard(s): mha/base-hf-bin + mha/lora-1 + mha/lora-2',"
                + "mha/expected-pth-2shard/consolidated.01.pth",
    })
    void everyTensorOfTheFoldedShardsIsAsTheReferenceHasIt(String merge, String name)
            throws Exception {
        var path = SharedData.path(name);
        var tensors = json(SharedData.path("reference-merges.json")).get(merge).get("tensors");
        String shard = path.getFileName().toString();
        var expected = described(tensors.has(shard) ? tensors.get(shard) : tensors);
        try (var file = TorchFile.open(path)) {
            expected.keySet()
                    .removeIf(tensor ->
                            !tensors.has(shard)
                                    && !tensors.get(tensor).get("file").asText().equals(shard));
            assertThat(described(file)).isEqualTo(expected);
            file.verify();
        }
    }

    /// Every CRC that PyTorch wrote is that of the bytes we read.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/base-hf-bin/pytorch_model-00001-of-00002.bin",
                "tiny/base-hf-bin/pytorch_model-00002-of-00002.bin",
                "tiny/base-meta/consolidated.00.pth",
                "tiny/base-meta-2shard/consolidated.00.pth",
                "tiny/base-meta-2shard/consolidated.01.pth",
                "tiny/lora-llama-plus/adapter_model.bin",
                "tiny/lora-alpaca-plus/adapter_model.bin",
                "mha/base-hf-bin/pytorch_model-00001-of-00002.bin",
                "mha/base-hf-bin/pytorch_model-00002-of-00002.bin",
                "mha/lora-1/adapter_model.bin",
                "mha/lora-2/adapter_model.bin",
                "peft/plain-bin/adapter_model.bin",
            })
    void everyFileReadsWhole(String name) throws Exception {
        try (var file = TorchFile.open(SharedData.path(name))) {
            assertThat(described(file)).isNotEmpty();
            file.verify();
        }
    }

    private static Map<String, List<Object>> described(TorchFile file) throws Exception {
        var tensors = new HashMap<String, List<Object>>();
        for (var tensor : file.tensors()) {
            tensors.put(
                    tensor.name(),
                    List.of(tensor.dtype(), tensor.shape().toString(), sha256(file, tensor)));
        }
        return tensors;
    }

    private static Map<String, List<Object>> described(JsonNode expected) {
        var tensors = new HashMap<String, List<Object>>();
        for (var entry : expected.properties()) {
            JsonNode tensor = entry.getValue();
            tensors.put(
                    entry.getKey(),
                    described(tensor.get("dtype"), tensor.get("shape"), tensor.get("sha256")));
        }
        return tensors;
    }

    private static List<Object> described(JsonNode dtype, JsonNode shape, JsonNode sha256) {
        var sizes = new ArrayList<Long>();
        shape.forEach(size -> sizes.add(size.asLong()));
        return List.of(DTYPES.get(dtype.asText()), sizes.toString(), sha256.asText());
    }

    private static String sha256(TorchFile file, TensorInfo tensor) throws Exception {
        byte[] bytes = new byte[(int) tensor.bytes()];
        file.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(bytes));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static JsonNode json(Path path) throws IOException {
        return new ObjectMapper().readTree(path.toFile());
    }
}
