package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.gguf.GgufLayout;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.plan.Importance;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportanceMatrixTest {
    private static final String NAME = "blk.0.attn_q.weight";

    @TempDir private Path folder;

    @Test
    void bothFormsOfOneMatrixSayTheSame() throws IOException {
        var gguf = ImportanceMatrix.open(SharedData.path("kq/kq.imatrix.gguf"));
        var legacy = ImportanceMatrix.open(SharedData.path("kq/kq.imatrix.dat"));
        assertThat(legacy.entries()).hasSize(56).containsOnlyKeys(gguf.entries().keySet());
        gguf.entries()
                .forEach((name, columns) ->
                        assertThat(legacy.entries().get(name))
                                .as(name)
                                .usingComparatorWithPrecision(1e-3f)
                                .containsExactly(columns));
        assertThat(legacy.dataset()).isEqualTo(gguf.dataset());
        assertThat(legacy.chunks()).isEqualTo(gguf.chunks());
    }

    @Test
    void ggufSumsAreDividedByRoundedCounts() throws IOException {
        Path file = gguf(Map.of(NAME + ".in_sum2", floats(6, 9), NAME + ".counts", floats(2.5f)));
        assertThat(columns(file)).containsExactly(2, 3);
    }

    @Test
    void ggufColumnsThatWereNeverCountedWeighOne() throws IOException {
        Path file = gguf(Map.of(NAME + ".in_sum2", floats(6, 9), NAME + ".counts", floats(0.4f)));
        assertThat(columns(file)).containsExactly(1, 1);
    }

    @Test
    void ggufExpertsAreDividedByTheirOwnCounts() throws IOException {
        Path file =
                gguf(Map.of(NAME + ".in_sum2", floats(6, 9, 8, 4), NAME + ".counts", floats(3, 4)));
        assertThat(columns(file)).containsExactly(2, 3, 2, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {".in_sum2", ".counts"})
    void ggufHalvesOfAnEntryAreRefused(String half) throws IOException {
        Path file = gguf(Map.of(NAME + half, floats(1)));
        assertRefused(file, "stands without its");
    }

    @ParameterizedTest
    @ValueSource(strings = {"imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size"})
    void ggufWithoutItsKeysIsRefused(String key) throws IOException {
        var metadata = metadata();
        metadata.remove(key);
        Path file =
                gguf(metadata, Map.of(NAME + ".in_sum2", floats(1), NAME + ".counts", floats(1)));
        assertRefused(file, key + " is missing");
    }

    @Test
    void aModelIsNoImportanceMatrix() {
        Path model = SharedData.path("kq/kq-f16.gguf");
        assertThatThrownBy(() -> ImportanceMatrix.open(model))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("is no importance matrix");
    }

    @Test
    void legacyValuesAreDividedByCalls() throws IOException {
        Path file = legacy(entry(NAME, 4, 2, 6));
        assertThat(columns(file)).containsExactly(0.5f, 1.5f);
    }

    @Test
    void legacyValuesOfNoCallsStay() throws IOException {
        Path file = legacy(entry(NAME, 0, 2, 6));
        assertThat(columns(file)).containsExactly(2, 6);
    }

    @Test
    void ofLegacyEntriesOfOneNameTheLastCounts() throws IOException {
        Path file = legacy(entry(NAME, 1, 2), entry(NAME, 1, 3));
        assertThat(columns(file)).containsExactly(3);
    }

    @Test
    void nothingInALegacyFileIsTakenOnTrust() throws IOException {
        byte[] good = Files.readAllBytes(legacy(entry(NAME, 1, 1, 2), entry("b.weight", 1, 3)));
        Path file = folder.resolve("bad.dat");
        for (int i = 0; i < good.length; i++) {
            byte[] cut = Arrays.copyOf(good, i);
            Files.write(file, cut);
            assertThatThrownBy(() -> ImportanceMatrix.open(file))
                    .as("cut at %d", i)
                    .isInstanceOf(FileException.class);
            for (int value : new int[] {0, 0x7f, 0x80, 0xff}) {
                byte[] changed = good.clone();
                changed[i] = (byte) value;
                Files.write(file, changed);
                assertThatCode(() -> openQuietly(file)).doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1})
    void whatIsNoMeasureIsRefusedWithItsPlace(float value) throws IOException {
        assertRefused(legacy(entry(NAME, 1, 1, value)), "'" + NAME + "': column 1 is " + value);
    }

    @Test
    void anotherModelsMatrixIsRefusedWithBothSizes() throws IOException {
        var matrix = ImportanceMatrix.open(legacy(entry(NAME, 1, 1, 2)));
        var tensor = new TensorInfo(NAME, DType.F16, Shape.of(8, 64));
        assertThatThrownBy(() -> matrix.of(tensor))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("'" + NAME + "' has 2 columns, expected 64");
    }

    @Test
    void anEmbeddingOfAnotherWidthIsIgnored() throws IOException {
        var matrix = ImportanceMatrix.open(legacy(entry("token_embd.weight", 1, 1, 2)));
        var tensor = new TensorInfo("token_embd.weight", DType.F16, Shape.of(8, 64));
        assertThat(matrix.of(tensor)).isEmpty();
    }

    @Test
    void aTensorWithoutEntryHasNoImportance() throws IOException {
        var matrix = ImportanceMatrix.open(legacy(entry(NAME, 1, 1, 2)));
        var tensor = new TensorInfo("blk.1.attn_q.weight", DType.F16, Shape.of(8, 2));
        assertThat(matrix.of(tensor)).isEmpty();
    }

    @Test
    void entriesOfAnotherModelAreStrangers() throws IOException {
        var matrix =
                ImportanceMatrix.open(
                        legacy(
                                entry(NAME, 1, 1, 2),
                                entry("token_embd.weight", 1, 1, 2, 3),
                                entry("output.weight", 1, 1),
                                entry("blk.9.attn_q.weight", 1, 1, 2)));
        var tensors =
                List.of(
                        new TensorInfo(NAME, DType.F16, Shape.of(8, 2)),
                        new TensorInfo("token_embd.weight", DType.F16, Shape.of(8, 2)));
        assertThat(matrix.strangers(tensors))
                .containsExactly("token_embd.weight", "blk.9.attn_q.weight");
    }

    private static float[] columns(Path file) throws IOException {
        var matrix = ImportanceMatrix.open(file);
        int width = Objects.requireNonNull(matrix.entries().get(NAME)).length;
        return matrix.of(new TensorInfo(NAME, DType.F16, Shape.of(1, width)))
                .map(Importance::columns)
                .orElseThrow();
    }

    private static void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> ImportanceMatrix.open(file))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(why);
    }

    private static void openQuietly(Path file) throws IOException {
        try {
            ImportanceMatrix.open(file);
        } catch (FileException expected) {
            assertThat(expected).hasMessageContaining("bad.dat");
        }
    }

    private static float[] floats(float... values) {
        return values;
    }

    private static byte[] bytes(float[] values) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static byte[] entry(String name, int calls, float... values) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(12 + text.length + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(text.length)
                .put(text)
                .putInt(calls)
                .putInt(values.length)
                .put(bytes(values))
                .array();
    }

    private Path legacy(byte[]... entries) throws IOException {
        int size = Arrays.stream(entries).mapToInt(entry -> entry.length).sum();
        var bytes = ByteBuffer.allocate(4 + size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(entries.length);
        for (byte[] entry : entries) {
            bytes.put(entry);
        }
        Path file = folder.resolve("matrix.dat");
        return Files.write(file, bytes.array());
    }

    private static SequencedMap<String, GgufValue> metadata() {
        var metadata = new LinkedHashMap<String, GgufValue>();
        metadata.put("general.type", new GgufValue.Text("imatrix"));
        metadata.put("imatrix.datasets", new GgufValue.Texts(List.of("text")));
        metadata.put("imatrix.chunk_count", new GgufValue.U32(4));
        metadata.put("imatrix.chunk_size", new GgufValue.U32(128));
        return metadata;
    }

    private Path gguf(Map<String, float[]> tensors) throws IOException {
        return gguf(metadata(), tensors);
    }

    private Path gguf(SequencedMap<String, GgufValue> metadata, Map<String, float[]> tensors)
            throws IOException {
        var infos = new ArrayList<TensorInfo>();
        tensors.forEach((name, values) ->
                infos.add(new TensorInfo(name, DType.F32, Shape.of(values.length))));
        Path file = folder.resolve("matrix.gguf");
        try (var output = OutputFile.create(file)) {
            var writer = GgufLayout.of(metadata, infos).writer(output);
            for (TensorInfo info : infos) {
                writer.append(
                        MemorySegment.ofArray(
                                bytes(Objects.requireNonNull(tensors.get(info.name())))));
            }
            writer.finish();
        }
        return file;
    }
}
