package dev.weightsmith.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.digest.Digest;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.model.Model;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// GGUF files of small models of several families against those that llama.cpp's converter made.
class FamilyFilesTest {
    @TempDir private Path folder;

    private Path converted(Path model, FileType type) throws IOException {
        Path out = folder.resolve("out.gguf");
        try (Model opened = Model.open(model)) {
            var options =
                    new OutputOptions(
                            Optional.of(type.mainType()),
                            Long.MAX_VALUE,
                            Optional.empty(),
                            Optional.empty());
            var source = QuantizeSource.of(opened, options, String.valueOf(model.getFileName()));
            Runs.run(
                    QuantizePlan.of(source, "out", out, List.of(type), QuantizeRequest.plain())
                            .plan(),
                    out,
                    source.sources());
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource({"llama-bias, F16", "llama-bias, BF16", "llama-headdim, F16", "llama-headdim, BF16"})
    void everyTensorAndEveryKeyIsTheConverters(String model, FileType type) throws IOException {
        JsonNode expected =
                StrictJson.readObject(
                        SharedData.path(
                                "families/gguf-%s-%s.json"
                                        .formatted(model, type.name().toLowerCase(Locale.ROOT))));
        try (GgufFile file = GgufFile.open(converted(SharedData.path("families/" + model), type))) {
            var tensors = new TreeMap<String, String>();
            expected.path("tensors")
                    .forEach(tensor ->
                            tensors.put(
                                    tensor.path("name").asText(),
                                    tensor.path("type").asText()
                                            + " "
                                            + tensor.path("sha256").asText()));
            var found = new TreeMap<String, String>();
            for (TensorInfo tensor : file.tensors()) {
                found.put(tensor.name(), tensor.dtype() + " " + digest(file, tensor));
            }
            assertThat(found).isEqualTo(tensors);
            var keys = new TreeMap<String, String>();
            expected.path("kv")
                    .properties()
                    .forEach(key -> keys.put(key.getKey(), text(key.getValue())));
            var written = new TreeMap<String, String>();
            file.metadata().forEach((key, value) -> written.put(key, text(value)));
            // Which llama.cpp takes where a file does not say it.
            assertThat(written.remove("tokenizer.ggml.unknown_token_id")).isIn("0.0", null);
            assertThat(written).isEqualTo(keys);
        }
    }

    /// Biases and head sizes of their own survive the way to GGUF and back.
    @ParameterizedTest
    @ValueSource(strings = {"llama-bias", "llama-headdim"})
    void fileMakesTheFolderAgain(String name) throws IOException {
        Path model = SharedData.path("families/" + name);
        Path gguf = converted(model, FileType.F32);
        Path back = folder.resolve("back");
        try (Model before = Model.open(model);
                Model opened = Model.open(gguf)) {
            DType type =
                    Objects.requireNonNull(before.tensors().get(Architecture.EMBEDDING)).dtype();
            var options =
                    new OutputOptions(
                            Optional.of(type), Long.MAX_VALUE, Optional.empty(), Optional.empty());
            Runs.run(HuggingFaceOutput.plan(opened, options), back, opened.sources());
        }
        try (Model before = Model.open(model);
                Model after = Model.open(back)) {
            assertThat(after.config().weights()).isEqualTo(before.config().weights());
            assertThat(after.config().headSize()).isEqualTo(before.config().headSize());
        }
        try (Checkpoint before = Formats.open(model.resolve("model.safetensors"));
                Checkpoint after = Formats.open(back.resolve("model.safetensors"))) {
            assertThat(digests(after)).isEqualTo(digests(before));
        }
    }

    private static Map<String, String> digests(Checkpoint checkpoint) throws IOException {
        var digests = new LinkedHashMap<String, String>();
        for (TensorInfo tensor : checkpoint.tensors()) {
            digests.put(tensor.name(), digest(checkpoint, tensor));
        }
        return new TreeMap<>(digests);
    }

    private static String digest(Checkpoint checkpoint, TensorInfo tensor) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        checkpoint.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(bytes));
        MessageDigest algorithm = Digest.algorithm();
        algorithm.update(bytes);
        return Digest.of(algorithm).toString();
    }

    private static String text(JsonNode value) {
        return value.isObject()
                ? "length " + value.path("length").asInt()
                : value.isNumber() ? Float.toString(value.floatValue()) : value.asText();
    }

    private static String text(GgufValue value) {
        return switch (value) {
            case GgufValue.Text(String text) -> text;
            case GgufValue.Bool(boolean flag) -> Boolean.toString(flag);
            case GgufValue.U32(long number) -> Float.toString((float) number);
            case GgufValue.F32(float number) -> Float.toString(number);
            case GgufValue.Texts(List<String> texts) -> "length " + texts.size();
            case GgufValue.F32s(float[] numbers) -> "length " + numbers.length;
            case GgufValue.I32s(int[] numbers) -> "length " + numbers.length;
            default -> value.toString();
        };
    }
}
