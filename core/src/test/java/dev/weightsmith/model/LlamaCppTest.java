package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import dev.weightsmith.SharedData;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.QuantizeRequest;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// llama.cpp itself loads our files and continues a text as it should.
///
/// Its `close` leaves a thread behind, which ends with the JVM.
@Tag("slow")
class LlamaCppTest {
    private static final String PROMPT = "Once upon a time";

    @TempDir private Path folder;

    /// Each run unpacks the library for itself: another's may be replaced while it is in use.
    @BeforeAll
    static void unpackLlamaCpp() throws IOException {
        Path unpacked = Files.createTempDirectory("llama-cpp-");
        unpacked.toFile().deleteOnExit();
        System.setProperty("de.kherud.llama.tmpdir", unpacked.toString());
    }

    private Path converted(DType type, String base, String... adapters) throws IOException {
        Path out = folder.resolve("model.gguf");
        List<Path> loras =
                Stream.of(adapters).map(name -> SharedData.path("tiny/" + name)).toList();
        var options =
                new OutputOptions(
                        Optional.of(type), Long.MAX_VALUE, Optional.empty(), Optional.empty());
        try (Folded folded = Folded.open(SharedData.path("tiny/" + base), loras, false)) {
            write(
                    QuantizeSource.of(folded.model(), options, "model"),
                    FileType.parse(type.name()),
                    out);
        }
        return out;
    }

    private static void write(QuantizeSource source, FileType type, Path out) throws IOException {
        Runs.run(
                QuantizePlan.of(source, "model", out, List.of(type), QuantizeRequest.plain())
                        .plan(),
                out,
                source.sources());
    }

    /// The prompt and what the model finds most likely to follow it.
    private static String continued(Path gguf, int tokens) {
        var parameters =
                new ModelParameters()
                        .setModel(gguf.toString())
                        .setCtxSize(256)
                        .setThreads(1)
                        .setThreadsBatch(1)
                        .setParallel(1)
                        .skipWarmup()
                        // its lines on standard output would disturb the test runner's own
                        .disableLog();
        try (var model = new LlamaModel(parameters)) {
            return PROMPT
                    + model.complete(
                            new InferenceParameters(PROMPT)
                                    .setTemperature(0)
                                    .setTopK(1)
                                    .setRepeatPenalty(1)
                                    .setNPredict(tokens)
                                    .setCachePrompt(false));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F16, base-hf",
        "F32, base-hf",
        "BF16, base-hf",
        "F16, base-hf-bin",
        "F16, base-meta",
        "F16, base-meta-2shard"
    })
    void baseContinuesAsInTransformers(DType type, String base) throws IOException {
        JsonNode expected =
                new JsonMapper().readTree(SharedData.path("perplexity/expected.json").toFile());
        int tokens =
                expected.required("greedy_ids").size() - expected.required("prompt_ids").size();
        assertThat(continued(converted(type, base), tokens))
                .isEqualTo(expected.required("greedy_text").asText());
    }

    /// Q4_0 does not divide the 172 columns of tiny's matrices: those fall back to F16.
    @ParameterizedTest
    @ValueSource(strings = {"Q8_0", "Q4_0"})
    void quantizedModelIsContinued(String type) throws IOException {
        Path out = folder.resolve("quantized.gguf");
        try (var model = dev.weightsmith.model.LlamaModel.open(SharedData.path("tiny/base-hf"))) {
            write(
                    QuantizeSource.of(model, OutputOptions.defaults(), "model"),
                    FileType.parse(type),
                    out);
        }
        assertThat(continued(out, 40)).startsWith(PROMPT + ", there was a little");
    }

    /// Merged straight into a quantized type, or written as F16 and quantized then: the same file.
    @Test
    void mergingIntoAQuantizedTypeIsMergingAndQuantizing() throws IOException {
        Path f16 = converted(DType.F16, "base-hf", "lora-llama-plus", "lora-alpaca-plus");
        Path once = folder.resolve("once.gguf");
        Path twice = folder.resolve("twice.gguf");
        try (Folded folded =
                        Folded.open(
                                SharedData.path("tiny/base-hf"),
                                List.of(
                                        SharedData.path("tiny/lora-llama-plus"),
                                        SharedData.path("tiny/lora-alpaca-plus")),
                                false);
                var written = GgufFile.open(f16)) {
            write(
                    QuantizeSource.of(folded.model(), OutputOptions.defaults(), "model"),
                    FileType.Q4_K_M,
                    once);
            write(QuantizeSource.of(written), FileType.Q4_K_M, twice);
        }
        assertThat(once).hasSameBinaryContentAs(twice);
    }

    @Test
    void mergeOfOneAdapterContinuesAsLlamaCppsOwn() throws IOException {
        Path ours = converted(DType.F16, "base-hf", "lora-llama-plus");
        assertThat(continued(ours, 40))
                .hasSizeGreaterThan(PROMPT.length())
                .isEqualTo(continued(SharedData.path("tiny/gguf/tiny-llama-plus-f16.gguf"), 40));
    }

    @Test
    void mergeOfTwoAdaptersContinuesAsLlamaCppsOwn() throws IOException {
        Path ours = converted(DType.F16, "base-meta", "lora-llama-plus", "lora-alpaca-plus");
        assertThat(continued(ours, 40))
                .hasSizeGreaterThan(PROMPT.length())
                .isEqualTo(continued(SharedData.path("tiny/gguf/tiny-alpaca-plus-f16.gguf"), 40));
    }
}
