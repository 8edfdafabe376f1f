package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Source;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Importance;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whole results of llama.cpp: type, shape, bytes and metadata of every tensor of small models.
class QuantizedResultsTest {
    private static final Map<String, GgufFile> MODELS = new HashMap<>();

    /// Digests of encoded tensors: most results share most of theirs.
    private static final Map<Key, String> DIGESTS = new HashMap<>();

    private record Key(Source source, String name, DType dtype, boolean weighted) {}

    @AfterAll
    static void close() throws IOException {
        for (GgufFile model : MODELS.values()) {
            model.close();
        }
        MODELS.clear();
        DIGESTS.clear();
    }

    @TestFactory
    Stream<DynamicTest> plain() throws IOException {
        return results("quantize-kq", "kq/kq-f16.gguf", QuantizeRequest.plain());
    }

    @TestFactory
    Stream<DynamicTest> ofAModelWhoseRowsDoNotFit() throws IOException {
        return results(
                "quantize-tiny-base", "tiny/gguf/tiny-base-f16.gguf", QuantizeRequest.plain());
    }

    @TestFactory
    Stream<DynamicTest> withImportanceMatrix() throws IOException {
        return results(
                "quantize-kq-imatrix",
                "kq/kq-f16.gguf",
                new QuantizeRequest(
                        QuantizationOptions.none(),
                        Optional.of(imatrix()),
                        false,
                        List.of(),
                        SplitRule.none()));
    }

    @TestFactory
    Stream<DynamicTest> pure() throws IOException {
        return results(
                "quantize-kq-pure",
                "kq/kq-f16.gguf",
                options(
                        new QuantizationOptions(
                                true, false, Optional.empty(), Optional.empty(), List.of())));
    }

    @TestFactory
    Stream<DynamicTest> leavingTheOutputTensor() throws IOException {
        return results(
                "quantize-kq-leave-output",
                "kq/kq-f16.gguf",
                options(
                        new QuantizationOptions(
                                false, true, Optional.empty(), Optional.empty(), List.of())));
    }

    @TestFactory
    Stream<DynamicTest> withOverrides() throws IOException {
        return results(
                "quantize-kq-overrides",
                "kq/kq-f16.gguf",
                options(
                        new QuantizationOptions(
                                false,
                                false,
                                Optional.of(DType.Q8_0),
                                Optional.of(DType.Q5_1),
                                List.of(
                                        TypeOverride.parse("attn_v=q6_k"),
                                        TypeOverride.parse("ffn_down=q8_0")))));
    }

    @Test
    void whereLlamaCppGivesUpTheTensorBecomesF16() throws IOException {
        var planned =
                QuantizedModel.plan(
                        QuantizeSource.of(model("tiny/gguf/tiny-base-f16.gguf")),
                        FileType.Q8_0,
                        QuantizeRequest.plain());
        assertThat(planned.choices().get("blk.3.ffn_down.weight"))
                .isEqualTo(new TypeChoice(DType.F16, TypeChoice.Why.LAST_RESORT, DType.Q8_0));
        assertThat(planned.notes())
                .containsExactly(
                        "5 tensors, the first 'blk.0.ffn_down.weight': rows of 172 elements are no"
                                + " whole blocks of Q8_0, so F16 (llama.cpp gives up here)");
    }

    private static QuantizeRequest options(QuantizationOptions options) {
        return new QuantizeRequest(options, Optional.empty(), false, List.of(), SplitRule.none());
    }

    /// The matrix under the path that was given to llama.cpp.
    private static ImportanceMatrix imatrix() throws IOException {
        var read = ImportanceMatrix.open(SharedData.path("kq/kq.imatrix.gguf"));
        return new ImportanceMatrix(
                Path.of("gguf/kq.imatrix.gguf"), read.entries(), read.dataset(), read.chunks());
    }

    private static GgufFile model(String path) throws IOException {
        var open = MODELS.get(path);
        if (open == null) {
            open = GgufFile.open(SharedData.path(path));
            MODELS.put(path, open);
        }
        return open;
    }

    private static Stream<DynamicTest> results(
            String results, String modelPath, QuantizeRequest request) throws IOException {
        JsonNode root = StrictJson.readObject(SharedData.path("quantize/" + results + ".json"));
        QuantizeSource source = QuantizeSource.of(model(modelPath));
        return root.properties().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(
                                entry.getKey(),
                                () ->
                                        check(
                                                source,
                                                FileType.valueOf(entry.getKey()),
                                                request,
                                                entry.getValue())));
    }

    private static void check(
            QuantizeSource source, FileType type, QuantizeRequest request, JsonNode expected)
            throws IOException {
        if (!type.isWritable()) {
            checkTypes(source, type, request, expected);
            return;
        }
        QuantizedModel planned = QuantizedModel.plan(source, type, request);
        if (expected.has("error")) {
            // What happens instead has tests of its own; here it is enough that it can be made.
            for (PlannedTensor tensor : planned.outputs()) {
                digest(source, tensor, request.importance().isPresent());
            }
            return;
        }
        var found = new ArrayList<String>();
        for (PlannedTensor tensor : planned.outputs()) {
            found.add(
                    line(tensor.info(), digest(source, tensor, request.importance().isPresent())));
        }
        assertThat(found).isEqualTo(lines(expected.get("tensors")));
        assertThat(planned.files("kq.gguf", 0).getFirst().layout().size())
                .isEqualTo(expected.get("file_size").longValue());
        assertThat(MetadataJson.of(planned.metadata()))
                .isEqualTo(MetadataJson.of(expected.get("kv")));
    }

    /// For mixtures of types that cannot be encoded here.
    private static void checkTypes(
            QuantizeSource source, FileType type, QuantizeRequest request, JsonNode expected) {
        if (expected.has("error")) {
            return;
        }
        var sorted = QuantizedModel.plan(source, FileType.F16, QuantizeRequest.plain()).inputs();
        SequencedMap<String, TypeChoice> choices =
                QuantizationPolicy.choose(
                        type,
                        request.options(),
                        source.facts(),
                        sorted.stream().map(PlannedTensor::info).toList(),
                        request.importance().isPresent());
        var found = new LinkedHashMap<String, String>();
        choices.forEach((name, choice) -> found.put(name, choice.dtype().toString()));
        var wanted = new LinkedHashMap<String, String>();
        expected.get("tensors")
                .forEach(tensor ->
                        wanted.put(tensor.get("name").textValue(), tensor.get("type").textValue()));
        assertThat(found).isEqualTo(wanted);
    }

    private static List<String> lines(JsonNode tensors) {
        var lines = new ArrayList<String>();
        for (JsonNode tensor : tensors) {
            var shape = new ArrayList<Long>();
            tensor.get("shape").forEach(dimension -> shape.add(dimension.longValue()));
            Collections.reverse(shape);
            lines.add(
                    tensor.get("name").textValue()
                            + " "
                            + tensor.get("type").textValue()
                            + " "
                            + shape
                            + " "
                            + tensor.get("sha256").textValue());
        }
        return lines;
    }

    private static String line(TensorInfo tensor, String digest) {
        return tensor.name() + " " + tensor + " " + digest;
    }

    private static String digest(QuantizeSource source, PlannedTensor tensor, boolean hasMatrix)
            throws IOException {
        Optional<Importance> importance =
                tensor.recipe() instanceof Recipe.Cast cast ? cast.importance() : Optional.empty();
        Recipe.Load load = (Recipe.Load) input(tensor.recipe());
        var key =
                new Key(
                        load.source(),
                        tensor.name(),
                        tensor.recipe().dtype(),
                        importance.isPresent());
        String known = DIGESTS.get(key);
        if (known != null) {
            return known;
        }
        assertThat(importance.isPresent()).as("weights without a matrix").isIn(false, hasMatrix);
        String made = digest(source.sources(), load, tensor.recipe().dtype(), importance);
        DIGESTS.put(key, made);
        return made;
    }

    private static Recipe input(Recipe recipe) {
        return recipe instanceof Recipe.Cast cast ? cast.input() : recipe;
    }

    private static String digest(
            Sources sources, Recipe.Load load, DType dtype, Optional<Importance> importance)
            throws IOException {
        TensorInfo tensor = load.tensor();
        try (var arena = Arena.ofConfined()) {
            MemorySegment stored = arena.allocate(tensor.bytes(), 64);
            sources.file(load.source()).readRows(tensor, 0, tensor.rows(), stored);
            if (tensor.dtype() == dtype) {
                return sha256(stored);
            }
            int columns = (int) tensor.columns();
            MemorySegment floats = arena.allocate(tensor.shape().elements() * Float.BYTES, 64);
            Kernels.codec(tensor.dtype())
                    .orElseThrow()
                    .decode(stored, floats, tensor.rows(), columns);
            MemorySegment encoded = arena.allocate(dtype.bytes(tensor.shape().elements()), 64);
            Optional<MemorySegment> weights =
                    importance.map(i -> {
                        MemorySegment copy = arena.allocate((long) columns * Float.BYTES, 64);
                        return copy.copyFrom(MemorySegment.ofArray(i.columns()));
                    });
            Kernels.codec(dtype)
                    .orElseThrow()
                    .encode(floats, encoded, tensor.rows(), columns, weights);
            return sha256(encoded);
        }
    }

    private static String sha256(MemorySegment bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asByteBuffer());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
