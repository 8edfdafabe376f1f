package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.json.JsonText;
import dev.weightsmith.model.HuggingFaceOutput.Container;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.testing.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole files against those that the reference scripts wrote with PyTorch 1.13.
class ReferenceFilesTest {
    private static final String ONE = "hf-bin: tiny/base-hf-bin + lora-llama-plus";
    private static final String TWO = ONE + " + lora-alpaca-plus";

    @TempDir private Path folder;

    private interface Output {
        Plan plan(LlamaModel model) throws IOException;
    }

    private SequencedMap<String, String> digests(String base, List<String> loras, Output output)
            throws IOException {
        Path out = folder.resolve("out");
        try (Folded folded =
                Folded.open(
                        SharedData.path(base),
                        loras.stream().map(SharedData::path).toList(),
                        false)) {
            Report report = Runs.run(output.plan(folded.model()), out, folded.model().sources());
            var digests = new TreeMap<String, String>();
            for (Report.Written file : report.files()) {
                if (file.name().endsWith(".pth") || file.name().endsWith(".bin")) {
                    digests.put(file.name(), file.sha256());
                }
            }
            return digests;
        }
    }

    private static SequencedMap<String, String> expected(String merge) throws IOException {
        JsonNode files =
                new JsonMapper()
                        .readTree(SharedData.path("reference-merges.json").toFile())
                        .required(merge)
                        .required("files, torch 1.13 container");
        var digests = new TreeMap<String, String>();
        files.properties().forEach(file -> digests.put(file.getKey(), file.getValue().asText()));
        return digests;
    }

    private static Plan bin(LlamaModel model) throws IOException {
        return HuggingFaceOutput.plan(model, OutputOptions.defaults(), Container.BIN);
    }

    @Test
    void oneAdapterInPyTorchFilesIsTheReferencesFiles() throws IOException {
        assertThat(
                        digests(
                                "tiny/base-hf-bin",
                                List.of("tiny/lora-llama-plus"),
                                ReferenceFilesTest::bin))
                .isEqualTo(expected(ONE));
    }

    @Test
    void stackInPyTorchFilesIsTheReferencesFiles() throws IOException {
        assertThat(
                        digests(
                                "tiny/base-hf-bin",
                                List.of("tiny/lora-llama-plus", "tiny/lora-alpaca-plus"),
                                ReferenceFilesTest::bin))
                .isEqualTo(expected(TWO));
        Path reference = SharedData.path("tiny/expected-alpaca-plus-hf-bin");
        for (String name :
                List.of("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin")) {
            assertThat(folder.resolve("out").resolve(name))
                    .hasSameBinaryContentAs(reference.resolve(name));
        }
        for (String name :
                List.of(
                        "pytorch_model.bin.index.json",
                        "config.json",
                        "generation_config.json",
                        "special_tokens_map.json",
                        "tokenizer_config.json")) {
            assertThat(folder.resolve("out").resolve(name))
                    .hasSameBinaryContentAs(reference.resolve(name));
        }
    }

    @Test
    void paramsOfAMetaBaseAreItsOwnFile() throws IOException {
        digests(
                "tiny/base-meta",
                List.of("tiny/lora-llama-plus"),
                model -> MetaOutput.plan(model, OutputOptions.defaults(), OptionalInt.empty()));
        assertThat(folder.resolve("out/params.json"))
                .hasSameBinaryContentAs(SharedData.path("tiny/base-meta/params.json"));
    }

    /// transformers sorts the names in an index, the reference scripts keep what they find.
    @Test
    void indexOfPyTorchFilesKeepsItsOrderAndItsOtherFields() throws IOException {
        Path base = Files.createDirectory(folder.resolve("base"));
        try (var files = Files.list(SharedData.path("tiny/base-hf-bin"))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
        String name = "pytorch_model.bin.index.json";
        var mapper = new JsonMapper();
        var index = (ObjectNode) mapper.readTree(base.resolve(name).toFile());
        var sorted = mapper.createObjectNode();
        index.required("weight_map").properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> sorted.set(entry.getKey(), entry.getValue()));
        index.set("weight_map", sorted);
        index.put("made_by", "ü");
        Files.write(base.resolve(name), JsonText.indented(index));
        Path out = folder.resolve("out");
        try (LlamaModel model = LlamaModel.open(base)) {
            Runs.run(bin(model), out, model.sources());
        }
        assertThat(out.resolve(name)).hasSameBinaryContentAs(base.resolve(name));
    }

    /// Bases in other containers have no PyTorch files whose split could be kept; cut at the same
    /// place by size they give the same files.
    @ParameterizedTest
    @ValueSource(strings = {"tiny/base-hf", "tiny/base-meta", "tiny/base-meta-2shard"})
    void otherContainersGiveTheSameFilesWhenCutAtTheSamePlace(String base) throws IOException {
        long firstShard = 0;
        JsonNode tensors =
                new JsonMapper()
                        .readTree(SharedData.path("reference-merges.json").toFile())
                        .required(TWO)
                        .required("tensors");
        for (JsonNode tensor : tensors) {
            if (tensor.required("file").asText().equals("pytorch_model-00001-of-00002.bin")) {
                long elements = 1;
                for (JsonNode dimension : tensor.required("shape")) {
                    elements *= dimension.asLong();
                }
                firstShard += 2 * elements;
            }
        }
        var defaults = OutputOptions.defaults();
        var options =
                new OutputOptions(
                        defaults.type(), firstShard, defaults.name(), defaults.chatTemplate());
        assertThat(
                        digests(
                                base,
                                List.of("tiny/lora-llama-plus", "tiny/lora-alpaca-plus"),
                                model -> HuggingFaceOutput.plan(model, options, Container.BIN)))
                .isEqualTo(expected(TWO));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void metaFilesAreTheReferencesFiles(int shards) throws IOException {
        assertThat(
                        digests(
                                "mha/base-hf-bin",
                                List.of("mha/lora-1", "mha/lora-2"),
                                model ->
                                        MetaOutput.plan(
                                                model,
                                                OutputOptions.defaults(),
                                                OptionalInt.of(shards))))
                .isEqualTo(
                        expected(
                                "pth, "
                                        + shards
                                        + " shard(s): mha/base-hf-bin + mha/lora-1 + mha/lora-2"));
        assertThat(Files.exists(folder.resolve("out/tokenizer.model"))).isTrue();
    }

    /// What comes back from our own Meta files is the model that went in, grouped queries included.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void metaFilesOfGroupedQueriesReadBack(int shards) throws IOException {
        var direct = digests("tiny/base-hf", List.of(), ReferenceFilesTest::bin);
        Path meta = folder.resolve("meta");
        try (LlamaModel model = LlamaModel.open(SharedData.path("tiny/base-hf"))) {
            Runs.run(
                    MetaOutput.plan(model, OutputOptions.defaults(), OptionalInt.of(shards)),
                    meta,
                    model.sources());
        }
        Path back = folder.resolve("back");
        try (LlamaModel model = LlamaModel.open(meta)) {
            Report report = Runs.run(bin(model), back, model.sources());
            assertThat(report.files().getFirst().sha256())
                    .isEqualTo(direct.get("pytorch_model.bin"));
        }
    }

    /// Meta's code divides the width by the heads, whatever the matrices are.
    @Test
    void headsThatDoNotMakeTheWidthHaveNoPlaceInAMetaCheckpoint() throws IOException {
        try (LlamaModel model = LlamaModel.open(SharedData.path("families/llama-headdim"))) {
            Refused.plan(
                    () -> MetaOutput.plan(model, OutputOptions.defaults(), OptionalInt.empty()),
                    ErrorKind.UNSUPPORTED,
                    "its 4 heads of 32 elements, which do not make its width of 64, have no place"
                            + " in a Meta checkpoint");
        }
    }
}
