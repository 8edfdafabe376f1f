package dev.weightsmith.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files as the engine writes them, byte for byte llama.cpp's.
@Tag("slow")
class QuantizedFilesTest {
    private static final List<FileType> TYPES =
            List.of(FileType.Q4_K_M, FileType.Q5_0, FileType.F16);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, 2000000000, java",
        "3, 8000000, java",
        "2, 8000000, avx2",
        "3, 2000000000, avx2",
        "1, 8000000, avx512",
        "2, 2000000000, avx512"
    })
    void severalTypesComeFromOneReadingWhateverThreadsMemoryAndKernels(
            int threads, long memory, String kernels) throws IOException {
        Assumptions.assumeTrue(
                Engine.kernels().contains(kernels), "skipped: no " + kernels + " here");
        System.setProperty("weightsmith.kernels", kernels);
        try {
            assertLlamaCppsFiles(threads, memory);
        } finally {
            System.clearProperty("weightsmith.kernels");
        }
    }

    private void assertLlamaCppsFiles(int threads, long memory) throws IOException {
        JsonNode expected = StrictJson.readObject(SharedData.path("quantize/quantize-kq.json"));
        var report = write(QuantizeRequest.plain(), new EngineOptions(threads, memory, false));
        assertThat(report.files())
                .extracting(Report.Written::sha256)
                .containsExactlyElementsOf(
                        TYPES.stream()
                                .map(type ->
                                        expected.get(type.name()).get("file_sha256").textValue())
                                .toList());
    }

    @Test
    void splitFilesReadBackAsOneModel() throws IOException {
        var request =
                new QuantizeRequest(
                        QuantizationOptions.none(),
                        Optional.empty(),
                        false,
                        List.of(),
                        new SplitRule.Limits(Long.MAX_VALUE, 40));
        write(request, new EngineOptions(2, 2_000_000_000L, false));
        try (var whole = GgufFile.open(folder.resolve("out/Q5_0-00001-of-00002.gguf"))) {
            assertThat(whole.tensorsByFile()).extracting(List::size).containsExactly(40, 35);
        }
    }

    @Test
    void keepingTheSplitKeepsFilesAndOrder() throws IOException {
        var split =
                new QuantizeRequest(
                        QuantizationOptions.none(),
                        Optional.empty(),
                        false,
                        List.of(),
                        new SplitRule.Limits(Long.MAX_VALUE, 30));
        write(split, new EngineOptions(2, 2_000_000_000L, false));
        try (var parts = GgufFile.open(folder.resolve("out/F16-00001-of-00003.gguf"))) {
            var kept =
                    QuantizedModel.plan(
                            QuantizeSource.of(parts),
                            FileType.Q8_0,
                            new QuantizeRequest(
                                    QuantizationOptions.none(),
                                    Optional.empty(),
                                    false,
                                    List.of(),
                                    new SplitRule.Keep()));
            assertThat(kept.files("kept.gguf", 0))
                    .extracting(Plan.TensorFile::name)
                    .containsExactly(
                            "kept-00001-of-00003.gguf",
                            "kept-00002-of-00003.gguf",
                            "kept-00003-of-00003.gguf");
            assertThat(
                            kept.parts().stream()
                                    .map(part -> part.stream().map(t -> t.name()).toList())
                                    .toList())
                    .isEqualTo(
                            parts.tensorsByFile().stream()
                                    .map(part -> part.stream().map(t -> t.name()).toList())
                                    .collect(Collectors.toList()));
        }
    }

    private Report write(QuantizeRequest request, EngineOptions options) throws IOException {
        try (var model = GgufFile.open(SharedData.path("kq/kq-f16.gguf"))) {
            var source = QuantizeSource.of(model);
            var files = new ArrayList<Plan.TensorFile>();
            for (FileType type : TYPES) {
                files.addAll(
                        QuantizedModel.plan(source, type, request)
                                .files(type + ".gguf", TYPES.indexOf(type)));
            }
            var plan = new Plan(true, files, List.of());
            return Runs.run(plan, folder.resolve("out"), source.sources(), options);
        }
    }
}
