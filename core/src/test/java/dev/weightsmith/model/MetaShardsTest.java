package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Meta folders that join to another model than Meta's.
class MetaShardsTest {
    @TempDir private Path folder;
    private Path first;
    private Path second;

    @BeforeEach
    void copy() throws IOException {
        for (String name : List.of("consolidated.00.pth", "consolidated.01.pth", "params.json")) {
            Files.write(
                    folder.resolve(name),
                    Files.readAllBytes(SharedData.path("tiny/base-meta-2shard").resolve(name)));
        }
        first = folder.resolve("consolidated.00.pth");
        second = folder.resolve("consolidated.01.pth");
    }

    private void open() throws IOException {
        LlamaModel.open(folder).close();
    }

    private static void swap(Path one, Path other) throws IOException {
        Path aside = one.resolveSibling("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }

    /// As saved under a name that says nothing of a shard, as through a stream.
    private static void forgetName(Path file) throws IOException {
        var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        Files.write(
                file,
                text.replaceAll("consolidated\\.0[0-9]/", "archive_archive/")
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    private void params(String text) throws IOException {
        Files.writeString(folder.resolve("params.json"), text);
    }

    @Test
    void soundShardsAreTaken() throws IOException {
        open();
        forgetName(first);
        forgetName(second);
        open();
    }

    @Test
    void swappedShardsAreRefused() throws IOException {
        swap(first, second);
        var problem =
                Refused.file(
                        this::open,
                        ErrorKind.MALFORMED,
                        "consolidated.00.pth: was saved as consolidated.01.pth");
        assertThat(problem.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("swapped"));
    }

    @Test
    void copyOfAShardIsRefused() throws IOException {
        Files.write(second, Files.readAllBytes(first));
        Refused.file(
                this::open,
                ErrorKind.MALFORMED,
                "consolidated.01.pth: was saved as consolidated.00.pth");
    }

    @Test
    void copyThatForgotItsNameIsRefused() throws IOException {
        forgetName(first);
        Files.write(second, Files.readAllBytes(first));
        Refused.file(
                this::open,
                ErrorKind.MALFORMED,
                "consolidated.01.pth: holds the same weights as consolidated.00.pth");
    }

    @Test
    void swappedShardsOfWhichOneHasTheRemainderAreRefused() throws IOException {
        Path grown = folder.resolve("grown");
        try (Folded model =
                Folded.open(folder, List.of(SharedData.path("tiny/lora-llama-plus")), false)) {
            Runs.run(
                    MetaOutput.plan(model.model(), OutputOptions.defaults(), OptionalInt.of(2)),
                    grown,
                    model.model().sources());
        }
        forgetName(grown.resolve("consolidated.00.pth"));
        forgetName(grown.resolve("consolidated.01.pth"));
        LlamaModel.open(grown).close();
        swap(grown.resolve("consolidated.00.pth"), grown.resolve("consolidated.01.pth"));
        Refused.file(
                () -> LlamaModel.open(grown),
                ErrorKind.MALFORMED,
                "consolidated.01.pth: tensor 'output.weight' has 273 rows, 274 in"
                        + " consolidated.00.pth: expected the remainder in the last shard");
    }

    @Test
    void checkpointWithoutOutputIsRefused() throws IOException {
        Path headless = folder.resolve("headless");
        try (LlamaModel model = LlamaModel.open(folder)) {
            var tensors = new LinkedHashMap<>(model.tensors());
            tensors.remove(TensorNames.OUTPUT);
            List<PlannedTensor> planned =
                    tensors.entrySet().stream()
                            .map(tensor ->
                                    new PlannedTensor(
                                            TensorNames.META.of(tensor.getKey()).orElseThrow(),
                                            tensor.getValue()))
                            .toList();
            String name = "consolidated.00.pth";
            Runs.run(
                    new Plan(
                            true,
                            List.of(
                                    Plan.TensorFile.of(
                                            name,
                                            TorchZipLayout.of(
                                                    name,
                                                    planned.stream()
                                                            .map(PlannedTensor::info)
                                                            .toList()),
                                            planned)),
                            List.of(
                                    new Plan.TextFile(
                                            "params.json",
                                            Files.readAllBytes(folder.resolve("params.json"))))),
                    headless,
                    model.sources());
        }
        Refused.file(
                () -> LlamaModel.open(headless),
                ErrorKind.MALFORMED,
                "lacks tensor 'lm_head.weight', which every Meta checkpoint has");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"rope_theta\": 500000.0", "\"use_scaled_rope\": true"})
    void llama3IsRefusedByName(String field) throws IOException {
        params(
                """
                {"dim": 64, "n_heads": 8, "n_kv_heads": 4, "n_layers": 5, "norm_eps": 1e-05, %s}
                """
                        .formatted(field));
        Refused.file(this::open, ErrorKind.UNSUPPORTED, "is a Meta checkpoint of Llama 3");
    }
}
