package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.Formats;
import dev.weightsmith.golden.Golden;
import dev.weightsmith.model.HuggingFaceOutput.Container;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.testing.Runs;
import dev.weightsmith.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Merges of the sample family against the digests of what PEFT and the published script made of it
/// (merges.py).
class GoldenMergesTest {
    /// Where the published script's base was cut: after the embedding, two layers and a query
    /// matrix.
    private static final long FIRST_FILE = 2 * (1462 * 256 + 2 * 590_336 + 256 * 256);

    @TempDir private Path folder;

    private interface Output {
        Plan plan(LlamaModel model) throws IOException;
    }

    private Report run(Path base, List<Path> adapters, String name, Output output)
            throws IOException {
        try (Folded folded = Folded.open(base, adapters, false)) {
            return Runs.run(
                    output.plan(folded.model()), folder.resolve(name), folded.model().sources());
        }
    }

    /// A Hugging Face folder of that type.
    private Path written(Path base, List<Path> adapters, String name, DType type)
            throws IOException {
        run(
                base,
                adapters,
                name,
                model -> HuggingFaceOutput.plan(model, options(type, Long.MAX_VALUE)));
        return folder.resolve(name);
    }

    private static OutputOptions options(DType type, long fileSize) {
        return new OutputOptions(Optional.of(type), fileSize, Optional.empty(), Optional.empty());
    }

    private static void assertTensors(Path model, JsonNode expected) throws IOException {
        try (Checkpoint written = Formats.open(model)) {
            assertThat(Tensors.digests(written)).isEqualTo(Golden.texts(expected));
        }
    }

    @Test
    void baseOfMetaIsThatOfHuggingFace() throws IOException {
        assertTensors(
                written(Samples.base(), List.of(), "base", DType.F16),
                Golden.json("merges.json").required("converted"));
    }

    @ParameterizedTest
    @CsvSource({"float16, F16", "bfloat16, BF16", "float32, F32"})
    void mergesAreThoseOfPeft(String name, DType type) throws IOException {
        // PEFT added to a base that was loaded in that type.
        Path base = written(Samples.base(), List.of(), "base", type);
        JsonNode expected = Golden.json("merges.json").required("peft").required(name);
        var adapters =
                Map.of(
                        "one", Samples.adapters().subList(0, 1),
                        "two", Samples.adapters(),
                        "patterns", List.of(Golden.path("patterns")));
        for (var merge : adapters.entrySet()) {
            assertTensors(
                    written(base, merge.getValue(), merge.getKey(), type),
                    expected.required(merge.getKey()));
        }
    }

    @Test
    void mergeIsThatOfThePublishedScript() throws IOException {
        assertTensors(
                written(Samples.base(), Samples.adapters(), "merged", DType.F16),
                Golden.json("merges.json").required("published"));
    }

    @Test
    void pyTorchFilesAreThoseOfThePublishedScript() throws IOException {
        assertFiles(
                "hf-bin",
                model ->
                        HuggingFaceOutput.plan(
                                model, options(DType.F16, FIRST_FILE), Container.BIN));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void metaFilesAreThoseOfThePublishedScript(int shards) throws IOException {
        assertFiles(
                shards == 1 ? "meta, 1 shard" : "meta, 2 shards",
                model -> MetaOutput.plan(model, OutputOptions.defaults(), OptionalInt.of(shards)));
    }

    /// Whole files, in the container of PyTorch 1.13.
    private void assertFiles(String name, Output output) throws IOException {
        var digests = new TreeMap<String, String>();
        for (Report.Written file : run(Samples.base(), Samples.adapters(), "out", output).files()) {
            if (file.name().endsWith(".pth") || file.name().endsWith(".bin")) {
                digests.put(file.name(), file.sha256());
            }
        }
        assertThat(digests)
                .isEqualTo(
                        Golden.texts(Golden.json("merges.json").required("files").required(name)));
    }
}
