package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.format.Formats;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.json.StrictJson;
import dev.weightsmith.llama.RopeScaling;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.Runs;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tiny model with adapters that bring more than tensors. What generation 2's script writes of
/// them stands in `yarn/expected.json` and `linear/expected.json`
/// (`src/test/scripts/long_context_merge.py`, which names the patches that the script needs today).
@Tag("slow")
class AdapterFilesTest {
    private static final List<String> YARN =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "configuration_llama_yarn.py",
                    "modeling_llama_yarn.py");

    @TempDir private Path folder;

    /// In which adapters come.
    enum Packing {
        FOLDER(""),
        ZIP(".zip"),
        TAR(".tar"),
        TAR_GZ(".tar.gz");

        private final String ending;

        Packing(String ending) {
            this.ending = ending;
        }

        private Path of(Path adapter) throws IOException {
            if (this == FOLDER) {
                return adapter;
            }
            Path archive = adapter.resolveSibling(adapter.getFileName() + ending);
            try (var out = out(archive);
                    var packed =
                            this == ZIP
                                    ? new ZipArchiveOutputStream(out)
                                    : new TarArchiveOutputStream(out)) {
                pack(adapter, packed);
            }
            return archive;
        }

        private OutputStream out(Path archive) throws IOException {
            var file = new BufferedOutputStream(Files.newOutputStream(archive));
            return this == TAR_GZ ? new GZIPOutputStream(file) : file;
        }

        private static <E extends ArchiveEntry> void pack(
                Path adapter, ArchiveOutputStream<E> packed) throws IOException {
            try (var files = Files.list(adapter)) {
                for (Path file : files.sorted().toList()) {
                    packed.putArchiveEntry(
                            packed.createArchiveEntry(
                                    file, adapter.getFileName() + "/" + file.getFileName()));
                    Files.copy(file, packed);
                    packed.closeArchiveEntry();
                }
            }
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(AdapterFilesTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    /// A copy of an adapter of the conformance data.
    private Path adapter(String name, String original) throws IOException {
        Path adapter = Files.createDirectory(folder.resolve(name));
        try (var files = Files.list(SharedData.path(original))) {
            for (Path file : files.toList()) {
                Files.copy(file, adapter.resolve(file.getFileName()));
            }
        }
        return adapter;
    }

    private Path yarn(String name) throws IOException {
        return longContext("yarn", name);
    }

    private Path longContext(String kind, String name) throws IOException {
        Path adapter = adapter(name, "tiny/lora-llama-plus");
        for (String file : kind.equals("yarn") ? YARN : List.of("config.json")) {
            Files.write(adapter.resolve(file), resource(kind + "/" + file));
        }
        return adapter;
    }

    /// The YaRN adapter with other fields in its configuration; null takes one away.
    private Path yarnWith(String fields) throws IOException {
        Path adapter = yarn("yarn");
        Path file = adapter.resolve("config.json");
        var config = (ObjectNode) new JsonMapper().readTree(file.toFile());
        new JsonMapper()
                .readTree(fields)
                .properties()
                .forEach(field -> {
                    if (field.getValue().isNull()) {
                        config.remove(field.getKey());
                    } else {
                        config.set(field.getKey(), field.getValue());
                    }
                });
        Files.writeString(file, config.toString());
        return adapter;
    }

    private static Folded fold(String base, Path... loras) throws IOException {
        return Folded.open(SharedData.path(base), List.of(loras), false);
    }

    private static Plan plan(LlamaModel model) throws IOException {
        return HuggingFaceOutput.plan(model, OutputOptions.defaults());
    }

    private static Map<String, byte[]> texts(LlamaModel model) throws IOException {
        return plan(model).textFiles().stream()
                .collect(Collectors.toMap(Plan.TextFile::name, Plan.TextFile::bytes));
    }

    private static JsonNode json(LlamaModel model, String name) throws IOException {
        return new JsonMapper().readTree(Objects.requireNonNull(texts(model).get(name)));
    }

    private static String notes(Folded folded) {
        return folded.findings().stream()
                .map(finding -> finding.severity() + " " + finding.problem().message())
                .collect(Collectors.joining("\n"));
    }

    static Stream<Arguments> longContextAdapters() {
        return Stream.of("yarn", "linear")
                .flatMap(kind ->
                        Stream.of(Packing.values()).map(packing -> Arguments.of(kind, packing)));
    }

    private static JsonNode published(String kind, String base) throws IOException {
        return new JsonMapper().readTree(resource(kind + "/expected.json")).required(base);
    }

    private static SequencedMap<String, String> texts(JsonNode object) {
        var texts = new LinkedHashMap<String, String>();
        object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    /// The digests of what is written but for the tokenizer's files, which are ours.
    private SequencedMap<String, String> write(
            LlamaModel model, String name, HuggingFaceOutput.Container container)
            throws IOException {
        Report report =
                Runs.run(
                        HuggingFaceOutput.plan(model, OutputOptions.defaults(), container),
                        folder.resolve(name),
                        model.sources());
        var digests = new TreeMap<String, String>();
        report.files().stream()
                .filter(file -> !file.name().contains("token"))
                .forEach(file -> digests.put(file.name(), file.sha256()));
        digests.remove("SHA256SUMS");
        return digests;
    }

    @ParameterizedTest
    @MethodSource("longContextAdapters")
    void mergeOfShardsIsWhatThePublishedScriptWrites(String kind, Packing packing)
            throws IOException {
        JsonNode published = published(kind, "base-hf-bin");
        var expected = new TreeMap<>(texts(published.required("files")));
        expected.putAll(texts(published.required("weights, torch 1.13 container")));
        try (Folded folded = fold("tiny/base-hf-bin", packing.of(longContext(kind, "lora-16k")))) {
            assertThat(write(folded.model(), "out", HuggingFaceOutput.Container.BIN))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("longContextAdapters")
    void mergeOfSafetensorsIsWhatThePublishedScriptWrites(String kind, Packing packing)
            throws IOException {
        JsonNode published = published(kind, "base-hf");
        Map<String, String> files = texts(published.required("files"));
        Map<String, String> tensors = texts(published.required("tensors"));
        try (Folded folded = fold("tiny/base-hf", packing.of(longContext(kind, "lora-16k")))) {
            for (var container : HuggingFaceOutput.Container.values()) {
                String out = container.toString();
                Map<String, String> written = write(folded.model(), out, container);
                written.keySet().removeIf(name -> name.contains("model."));
                assertThat(written).isEqualTo(files);
                try (Checkpoint weights = Formats.open(folder.resolve(out))) {
                    assertThat(Tensors.digests(weights)).as(out).isEqualTo(tensors);
                    if (container == HuggingFaceOutput.Container.BIN) {
                        assertThat(weights.tensors())
                                .extracting(TensorInfo::name)
                                .containsExactlyElementsOf(tensors.keySet());
                    }
                }
            }
        }
    }

    /// Whatever the base was stored in, the adapter's file is the model's.
    @ParameterizedTest
    @ValueSource(strings = {"tiny/base-hf", "tiny/base-meta", "tiny/gguf/tiny-base-f16.gguf"})
    void configurationIsTheAdaptersOnEveryBase(String base) throws IOException {
        try (Folded folded = fold(base, yarn("yarn"))) {
            assertThat(json(folded.model(), "config.json"))
                    .isEqualTo(new JsonMapper().readTree(resource("yarn/config.json")));
            assertThat(json(folded.model(), "generation_config.json"))
                    .isEqualTo(new JsonMapper().readTree(resource("yarn/generation_config.json")));
            assertThat(folded.model().config().ropeScaling()).isInstanceOf(RopeScaling.Yarn.class);
        }
    }

    @Test
    void noteNamesEachFieldThatDiffers() throws IOException {
        try (Folded folded = fold("tiny/base-hf", yarnWith("{\"attn\": \"a\\u0007b\"}"))) {
            assertThat(notes(folded))
                    .contains(
                            "NOTE its config.json takes the place of the base's: auto_map absent →",
                            ", max_position_embeddings 512 → 8192, ",
                            ", rope_scaling absent → {\"factor\":16.0,\"finetuned\":true,",
                            ", vocab_size 512 → 547, ",
                            "attn absent → \"a\\u0007b\"")
                    .contains(
                            "NOTE its generation_config.json takes the place of the base's:"
                                    + " eos_token_id 2 → [2,0], temperature absent → 0.2")
                    .doesNotContain("hidden_size", "torch_dtype");
        }
    }

    /// The type that the file names is that of the tensors, whatever it was in training.
    @Test
    void typeFollowsTheTensors() throws IOException {
        Path adapter = yarnWith("{\"torch_dtype\": \"bfloat16\"}");
        try (Folded folded = fold("tiny/base-hf", adapter)) {
            assertThat(json(folded.model(), "config.json").path("torch_dtype").textValue())
                    .isEqualTo("float16");
        }
    }

    @Test
    void typeThatTheFileDoesNotNameIsNotedAsGone() throws IOException {
        Path adapter = yarnWith("{\"torch_dtype\": null}");
        try (Folded folded = fold("tiny/base-hf", adapter)) {
            assertThat(notes(folded)).contains("torch_dtype \"float16\" → absent");
        }
    }

    @Test
    void ggufHasTheContextAndTheKeysOfYarn() throws IOException {
        Path adapter =
                yarnWith(
                        """
                        {"rope_scaling": {"type": "yarn", "factor": 16.0, "attn_factor": 1.25,
                         "extrapolation_factor": 1.0, "beta_fast": 32, "beta_slow": 1,
                         "original_max_position_embeddings": 512},
                         "rope_theta": 20000.0}
                        """);
        try (Folded folded = fold("tiny/base-hf", adapter)) {
            var values =
                    new GgufOutput(folded.model(), OutputOptions.defaults()).metadata("a.gguf", 1);
            String rope = "llama.rope.scaling.";
            assertThat(values)
                    .containsEntry("llama.context_length", new GgufValue.U32(8192))
                    .containsEntry("llama.rope.freq_base", new GgufValue.F32(20000))
                    .containsEntry(rope + "type", new GgufValue.Text("yarn"))
                    .containsEntry(rope + "factor", new GgufValue.F32(16))
                    .containsEntry(rope + "original_context_length", new GgufValue.U32(512))
                    .containsEntry(rope + "yarn_ext_factor", new GgufValue.F32(1))
                    .containsEntry(rope + "yarn_attn_factor", new GgufValue.F32(1.25f))
                    .containsEntry(rope + "yarn_beta_fast", new GgufValue.F32(32))
                    .containsEntry(rope + "yarn_beta_slow", new GgufValue.F32(1))
                    .containsEntry("general.sampling.temp", new GgufValue.F32(0.2f));
        }
    }

    @Test
    void metaHasNoPlaceForStretchedPositionsAndSaysSo() throws IOException {
        try (Folded folded = fold("tiny/base-meta", yarn("yarn"))) {
            assertThatThrownBy(() ->
                            MetaOutput.plan(
                                    folded.model(), OutputOptions.defaults(), OptionalInt.empty()))
                    .isInstanceOf(PlanException.class)
                    .hasMessageContaining("its rope scaling has no place in a Meta checkpoint");
        }
    }

    @Test
    void metaHasTheBaseOfTheRotaryPositions() throws IOException {
        Path adapter = yarnWith("{\"rope_scaling\": null, \"rope_theta\": 1000000.0}");
        try (Folded folded = fold("tiny/base-meta", adapter)) {
            Plan plan =
                    MetaOutput.plan(folded.model(), OutputOptions.defaults(), OptionalInt.empty());
            assertThat(plan.textFiles().getFirst().bytes())
                    .asString(StandardCharsets.UTF_8)
                    .endsWith("\"vocab_size\": -1, \"rope_theta\": 1000000.0}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"hidden_size\": 128} | hidden_size is 128, but that of BASE is 64",
                "{\"intermediate_size\": 176} | intermediate_size is 176, but that of BASE is 172",
                "{\"num_hidden_layers\": 4} | num_hidden_layers is 4, but that of BASE is 5",
                "{\"num_attention_heads\": 16} | num_attention_heads is 16, but that of BASE is 8",
                "{\"num_key_value_heads\": 8} | num_key_value_heads is 8, but that of BASE is 4",
                "{\"head_dim\": 16} | head_dim is 16, but that of BASE is 8",
                "{\"attention_bias\": true} | attention_bias is true, but that of BASE is false",
                "{\"mlp_bias\": true} | mlp_bias is true, but that of BASE is false",
                "{\"vocab_size\": 512} | vocab_size is 512, but the embedding has 547 rows",
                "{\"tie_word_embeddings\": true} | tie_word_embeddings is true, but BASE has an lm_head",
            })
    void fieldThatContradictsTheTensorsIsAnError(String fields, String message) throws IOException {
        Path adapter = yarnWith(fields);
        assertThatThrownBy(() -> fold("tiny/base-hf", adapter))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining(
                        adapter.resolve("config.json")
                                + ": "
                                + message.replace(
                                        "BASE", SharedData.path("tiny/base-hf").toString()));
    }

    @Test
    void errorInAnArchiveNamesTheArchive() throws IOException {
        Path archive = Packing.ZIP.of(yarnWith("{\"hidden_size\": 128}"));
        assertThatThrownBy(() -> fold("tiny/base-hf", archive))
                .hasMessageContaining(archive + "!config.json: hidden_size is 128");
        Files.writeString(folder.resolve("yarn/config.json"), "{");
        Path broken = Packing.TAR.of(folder.resolve("yarn"));
        assertThatThrownBy(() -> fold("tiny/base-hf", broken))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(broken + "!config.json: is not valid JSON");
    }

    /// Everything else of the base is gone, as in the script.
    @Test
    void whatTheTensorsNeedComesFromTheBase() throws IOException {
        Path adapter = adapter("short", "tiny/lora-llama-plus");
        Files.writeString(
                adapter.resolve("config.json"),
                "{\"model_type\": \"llama\", \"max_position_embeddings\": 2048}");
        try (Folded folded = fold("tiny/base-hf", adapter)) {
            assertThat(texts(folded.model()).get("config.json"))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(
                            """
                            {
                              "model_type": "llama",
                              "max_position_embeddings": 2048,
                              "hidden_size": 64,
                              "intermediate_size": 172,
                              "num_hidden_layers": 5,
                              "num_attention_heads": 8,
                              "vocab_size": 547,
                              "rms_norm_eps": 1e-05,
                              "num_key_value_heads": 4
                            }\
                            """);
        }
    }

    /// Some trainers save the configuration of the quantized base that they trained on.
    @Test
    void quantizationInTrainingIsLeftOut() throws IOException {
        Path adapter = yarnWith("{\"quantization_config\": {\"quant_method\": \"bitsandbytes\"}}");
        try (Folded folded = fold("tiny/base-hf", adapter)) {
            assertThat(json(folded.model(), "config.json"))
                    .isEqualTo(new JsonMapper().readTree(resource("yarn/config.json")));
            assertThat(notes(folded)).contains("how the base was quantized in training");
        }
    }

    @Test
    void lastAdapterThatBringsAFileGivesIt() throws IOException {
        Path first = yarn("first");
        Path second = adapter("second", "tiny/lora-alpaca-plus");
        Files.writeString(second.resolve("generation_config.json"), "{\"top_k\": 7}");
        try (Folded folded = fold("tiny/base-hf", first, second)) {
            ObjectNode expected =
                    (ObjectNode) new JsonMapper().readTree(resource("yarn/config.json"));
            assertThat(json(folded.model(), "config.json"))
                    .isEqualTo(expected.put("vocab_size", 548));
            assertThat(json(folded.model(), "generation_config.json").toString())
                    .isEqualTo("{\"top_k\":7}");
            assertThat(texts(folded.model()))
                    .containsKeys("configuration_llama_yarn.py", "modeling_llama_yarn.py");
        }
    }

    /// Some trainers save the configuration of their base beside the adapter.
    @Test
    void laterFileThatTakesALongContextAwayIsWarnedOf() throws IOException {
        Path second = adapter("second", "tiny/lora-alpaca-plus");
        ObjectNode plain = StrictJson.readObject(SharedData.path("tiny/base-hf/config.json"));
        Files.writeString(second.resolve("config.json"), plain.put("vocab_size", 548).toString());
        try (Folded folded = fold("tiny/base-hf", yarn("first"), second)) {
            assertThat(folded.model().config().contextLength()).isEqualTo(512);
            assertThat(notes(folded))
                    .contains(
                            "WARNING its config.json, of a context of 8192 tokens and rope scaling"
                                    + " yarn, gives way to that of a later adapter, of 512 and"
                                    + " none");
        }
    }

    @Test
    void laterFileThatSaysTheSameIsNotWarnedOf() throws IOException {
        Path second = adapter("second", "tiny/lora-alpaca-plus");
        Files.writeString(
                second.resolve("config.json"),
                new String(resource("yarn/config.json"), StandardCharsets.UTF_8)
                        .replace("547", "548"));
        try (Folded folded = fold("tiny/base-hf", yarn("first"), second)) {
            assertThat(notes(folded)).doesNotContain("WARNING");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "chinese-llama-2-lora-7b-16k, 1",
        "alpaca-64K-v2, 1",
        "chinese-llama-2-lora-7b, 0",
        "lora-164k, 0",
        "16kb, 0"
    })
    void adapterOfALongContextThatBringsNoConfigurationIsWarnedOf(String name, int warnings)
            throws IOException {
        try (Folded folded = fold("tiny/base-hf", adapter(name, "tiny/lora-llama-plus"))) {
            var found = new ArrayList<>(folded.findings());
            found.removeIf(finding -> finding.severity() != Finding.Severity.WARNING);
            assertThat(found).hasSize(warnings);
            found.forEach(finding ->
                    assertThat(finding.problem().message())
                            .contains("brings no config.json", "a context of 512 tokens"));
        }
    }

    @Test
    void adapterThatBringsItsConfigurationIsNotWarnedOf() throws IOException {
        try (Folded folded = fold("tiny/base-hf", yarn("lora-64k"))) {
            assertThat(notes(folded)).doesNotContain("WARNING");
        }
    }

    @Test
    void codeAndWhatNamesItCanBeLeftOut() throws IOException {
        Path adapter = yarn("yarn");
        var mapper = new JsonMapper();
        Path file = adapter.resolve("tokenizer_config.json");
        var tokenizer = (ObjectNode) mapper.readTree(file.toFile());
        tokenizer.putObject("auto_map").put("AutoTokenizer", "evil.Tokenizer");
        tokenizer.put("bos", "ü");
        Files.writeString(file, tokenizer.toString());
        try (Folded folded = fold("tiny/base-hf", adapter)) {
            assertThat(texts(folded.model()).get("tokenizer_config.json"))
                    .isEqualTo(Files.readAllBytes(file));
            Map<String, byte[]> texts = texts(folded.model().withoutRemoteCode());
            assertThat(texts.keySet()).noneMatch(name -> name.endsWith(".py"));
            ObjectNode expected = (ObjectNode) mapper.readTree(resource("yarn/config.json"));
            assertThat(mapper.readTree(texts.get("config.json")))
                    .isEqualTo(expected.without("auto_map"));
            assertThat(texts.get("tokenizer_config.json"))
                    .asString(StandardCharsets.UTF_8)
                    .startsWith("{\n  \"add_bos_token\": true,\n")
                    .contains("\n  \"bos\": \"ü\",\n")
                    .doesNotContain("auto_map")
                    .endsWith("\n}\n");
        }
    }

    /// One pass is two passes: what a merge wrote, a conversion takes along.
    @Test
    void codeOfABaseThatNamesItComesAlong() throws IOException {
        Path merged = folder.resolve("merged");
        try (Folded folded = fold("tiny/base-hf", yarn("yarn"))) {
            Runs.run(
                    HuggingFaceOutput.plan(folded.model(), OutputOptions.defaults()),
                    merged,
                    folded.model().sources());
        }
        Files.writeString(merged.resolve("generation_config.json"), "{\"top_k\": 7}");
        for (String path : List.of("", "model.safetensors")) {
            try (LlamaModel model = LlamaModel.open(merged.resolve(path))) {
                var texts = texts(model);
                for (String name : YARN.subList(2, 4)) {
                    assertThat(texts.get(name)).as(path + name).isEqualTo(resource("yarn/" + name));
                }
                assertThat(json(model, "generation_config.json").toString())
                        .isEqualTo("{\"top_k\":7}");
            }
        }
    }

    @Test
    void codeBesideABaseThatDoesNotNameItStaysThere() throws IOException {
        Path base = adapter("base", "tiny/base-hf");
        Files.writeString(base.resolve("convert.py"), "print()");
        try (LlamaModel model = LlamaModel.open(base)) {
            assertThat(texts(model)).doesNotContainKey("convert.py");
        }
    }
}
