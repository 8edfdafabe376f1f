package dev.weightsmith.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.testing.Runs;
import dev.weightsmith.tokenizer.ChatTemplates;
import dev.weightsmith.tokenizer.TemplateChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The chat template, and with it the pad token, in every kind of output.
class ChosenTemplateTest {
    private static final String KEY = "tokenizer.chat_template";
    private static final String PADDING = "tokenizer.ggml.padding_token_id";

    @TempDir private Path folder;

    private Path copy(String original, String name) throws IOException {
        Path to = Files.createDirectories(folder.resolve(name));
        try (var files = Files.list(SharedData.path(original))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    /// A folder with templates in files of their own.
    private static Path withFiles(Path model, String standard, String named) throws IOException {
        Files.writeString(model.resolve("chat_template.jinja"), standard);
        Path additional = Files.createDirectories(model.resolve("additional_chat_templates"));
        Files.writeString(additional.resolve("tool_use.jinja"), named);
        return model;
    }

    /// A folder with a template in its tokenizer_config.json.
    private static Path withField(Path model, String template) throws IOException {
        Path config = model.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\\{", "{\"chat_template\": \"%s\",".formatted(template)));
        return model;
    }

    private static OutputOptions asking(String template) throws IOException {
        return new OutputOptions(
                Optional.empty(),
                Long.MAX_VALUE,
                Optional.of("x"),
                Optional.of(TemplateChoice.Asked.of(template)));
    }

    private static OutputOptions plain() {
        return new OutputOptions(
                Optional.empty(), Long.MAX_VALUE, Optional.of("x"), Optional.empty());
    }

    private static Map<String, String> texts(Plan plan) {
        var texts = new LinkedHashMap<String, String>();
        plan.textFiles()
                .forEach(text ->
                        texts.put(text.name(), new String(text.bytes(), StandardCharsets.UTF_8)));
        return texts;
    }

    private static Map<String, String> folderOf(LlamaModel model, OutputOptions options)
            throws IOException {
        return texts(HuggingFaceOutput.plan(model, options));
    }

    private static SequencedMap<String, GgufValue> gguf(LlamaModel model, OutputOptions options)
            throws IOException {
        return new GgufOutput(model, options).metadata("x", 1);
    }

    private static Folded fold(Path base, Path... adapters) throws IOException {
        return Folded.open(base, List.of(adapters), false);
    }

    @Test
    void anAdaptersOwnIsInEveryOutput() throws IOException {
        Path base = withField(copy("tiny/base-hf", "base"), "base's");
        Path adapter = withFiles(copy("tiny/lora-llama-plus", "lora"), "D", "T");
        try (Folded folded = fold(base, adapter)) {
            LlamaModel model = folded.model();
            assertThat(gguf(model, plain()))
                    .containsEntry(KEY, new GgufValue.Text("D"))
                    .containsEntry(KEY + ".tool_use", new GgufValue.Text("T"))
                    .containsEntry(KEY + "s", new GgufValue.Texts(List.of("tool_use")));
            assertThat(folderOf(model, plain()))
                    .containsEntry("chat_template.jinja", "D")
                    .containsEntry("additional_chat_templates/tool_use.jinja", "T");
            var meta = MetaOutput.plan(model, plain(), OptionalInt.empty());
            assertThat(texts(meta)).containsEntry("chat_template.jinja", "D");
        }
    }

    /// The last adapter's tokenizer is the model's, and says nothing of templates.
    @Test
    void theBasesOwnComesAlongWithAnAdaptersTokenizer() throws IOException {
        Path base = withField(copy("tiny/base-hf", "base"), "base's");
        Path adapter = copy("tiny/lora-llama-plus", "lora");
        try (Folded folded = fold(base, adapter)) {
            assertThat(gguf(folded.model(), plain()))
                    .containsEntry(KEY, new GgufValue.Text("base's"));
            assertThat(folderOf(folded.model(), plain()))
                    .containsEntry("chat_template.jinja", "base's")
                    .containsEntry(
                            "tokenizer_config.json",
                            Files.readString(adapter.resolve("tokenizer_config.json")));
        }
    }

    @Test
    void whatAFolderSaysStaysWhereItSaysIt() throws IOException {
        Path base = withField(copy("tiny/base-hf", "base"), "base's");
        try (LlamaModel model = LlamaModel.open(base)) {
            assertThat(folderOf(model, plain()))
                    .doesNotContainKey("chat_template.jinja")
                    .containsEntry(
                            "tokenizer_config.json",
                            Files.readString(base.resolve("tokenizer_config.json")));
        }
    }

    @Test
    void theFileComesBeforeTheFieldInEveryOutput() throws IOException {
        Path base = withFiles(withField(copy("tiny/base-hf", "base"), "old"), "D", "T");
        try (LlamaModel model = LlamaModel.open(base)) {
            assertThat(gguf(model, plain())).containsEntry(KEY, new GgufValue.Text("D"));
            assertThat(folderOf(model, plain())).containsEntry("chat_template.jinja", "D");
        }
    }

    @Test
    void whatIsAskedForTakesThePlaceOfAll() throws IOException {
        Path base = withField(copy("tiny/base-hf", "base"), "base's");
        String llama2 = ChatTemplates.builtIn("llama2");
        try (LlamaModel model = LlamaModel.open(base)) {
            Map<String, String> texts = folderOf(model, asking("llama2"));
            assertThat(texts).containsEntry("chat_template.jinja", llama2);
            var config =
                    new JsonMapper()
                            .readTree(Objects.requireNonNull(texts.get("tokenizer_config.json")));
            assertThat(config.has("chat_template")).isFalse();
            assertThat(config.path("tokenizer_class").asText()).isEqualTo("LlamaTokenizer");
            assertThat(gguf(model, asking("llama2")))
                    .containsEntry(KEY, new GgufValue.Text(llama2));
        }
    }

    @Test
    void noneTakesAllAway() throws IOException {
        Path base = withFiles(copy("tiny/base-hf", "base"), "D", "T");
        try (LlamaModel model = LlamaModel.open(base)) {
            assertThat(folderOf(model, asking("none")).keySet())
                    .noneMatch(name -> name.endsWith(".jinja"));
            assertThat(gguf(model, asking("none")).keySet()).noneMatch(key -> key.startsWith(KEY));
        }
    }

    @Test
    void aModelWithoutAnyHasNone() throws IOException {
        try (LlamaModel model = LlamaModel.open(SharedData.path("tiny/base-hf"))) {
            assertThat(folderOf(model, plain())).doesNotContainKey("chat_template.jinja");
            assertThat(gguf(model, plain()).keySet()).noneMatch(key -> key.startsWith(KEY));
        }
    }

    /// A name out of a file of others never becomes a path.
    @Test
    void templatesNamedByOthersStayInTheirFolder() throws IOException {
        Path base = copy("tiny/base-hf", "base");
        Path config = base.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst(
                                "\\{",
                                "{\"chat_template\": [{\"name\": \"../../x\", \"template\":"
                                        + " \"T\"}],"));
        try (Folded folded = fold(base, copy("tiny/lora-llama-plus", "lora"))) {
            assertThat(folderOf(folded.model(), plain()))
                    .containsEntry("additional_chat_templates/______x.jinja", "T");
        }
    }

    /// The second generation names its `<pad>` in special_tokens_map.json alone.
    private Path adapterThatNamesItsPaddingOnce() throws IOException {
        Path adapter = withFiles(copy("tiny/lora-alpaca-plus", "second"), "D", "T");
        Path config = adapter.resolve("tokenizer_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"pad_token\": \"[PAD]\"", "\"pad_token\": null"));
        return adapter;
    }

    @Test
    void thePadTokenIsOneThingInAllOutputs() throws IOException {
        try (Folded folded =
                fold(
                        SharedData.path("tiny/base-meta"),
                        SharedData.path("tiny/lora-llama-plus"),
                        adapterThatNamesItsPaddingOnce())) {
            assertThat(gguf(folded.model(), plain()))
                    .containsEntry(PADDING, new GgufValue.U32(547));
            assertThat(folderOf(folded.model(), plain()).get("special_tokens_map.json"))
                    .contains("[PAD]");
        }
    }

    /// Merging into a folder and converting that gives the keys of merging into GGUF at once.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny/base-hf",
                "tiny/base-hf-bin",
                "tiny/base-meta",
                "tiny/base-meta-2shard",
                "tiny/gguf/tiny-base-f16.gguf"
            })
    void onePassIsTwo(String base) throws IOException {
        Path between = folder.resolve("between");
        SequencedMap<String, GgufValue> atOnce;
        try (Folded folded =
                fold(
                        SharedData.path(base),
                        SharedData.path("tiny/lora-llama-plus"),
                        adapterThatNamesItsPaddingOnce())) {
            atOnce = gguf(folded.model(), plain());
            Runs.run(
                    HuggingFaceOutput.plan(folded.model(), plain()),
                    between,
                    folded.model().sources());
        }
        try (LlamaModel model = LlamaModel.open(between)) {
            assertThat(gguf(model, plain())).isEqualTo(atOnce).containsKey(PADDING);
        }
    }

    /// The same from a GGUF file with templates, through a folder and back.
    @Test
    void templatesOfAGgufFileGoToFilesAndBack() throws IOException {
        var named = new LinkedHashMap<String, String>();
        named.put("tool_use", "T");
        var templates = new ChatTemplates(Optional.of("D"), named);
        try (LlamaModel plain = LlamaModel.open(SharedData.path("tiny/gguf/tiny-base-f16.gguf"))) {
            var metadata =
                    new LinkedHashMap<>(((LlamaModel.Tokenizer.Gguf) plain.tokenizer()).metadata());
            dev.weightsmith.llama.GgufChatTemplates.put(metadata, templates);
            LlamaModel model = plain.withTokenizer(new LlamaModel.Tokenizer.Gguf(metadata));
            assertThat(model.template(Optional.empty()).templates()).isEqualTo(templates);
            assertThat(gguf(model, plain()))
                    .containsEntry(KEY, new GgufValue.Text("D"))
                    .containsEntry(KEY + ".tool_use", new GgufValue.Text("T"));
            assertThat(folderOf(model, plain()))
                    .containsEntry("chat_template.jinja", "D")
                    .containsEntry("additional_chat_templates/tool_use.jinja", "T");
        }
    }
}
