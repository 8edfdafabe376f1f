package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `inspect` says of every kind of file and folder.
@Tag("slow")
class InspectTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private JsonNode inspect(Path path) throws IOException {
        run("inspect", path.toString(), "--json");
        assertThat(err.toString()).isEmpty();
        return new JsonMapper().readTree(out.toString());
    }

    private void run(String... arguments) {
        new Weightsmith(
                        new Terminal(false, false, 80, false),
                        new PrintWriter(out),
                        new PrintWriter(err))
                .run(arguments);
    }

    private Path base() throws IOException {
        return SmallModel.huggingFace(folder.resolve("base"), SmallModel.TOKENS);
    }

    @Test
    void huggingFaceFolder() throws IOException {
        JsonNode told = inspect(base());
        assertThat(told.at("/what").asText()).isEqualTo("Hugging Face folder, safetensors");
        assertThat(told.at("/config/num_hidden_layers").asInt()).isEqualTo(1);
        assertThat(told.at("/vocabulary/types").toString())
                .isEqualTo("{\"normal\":5,\"unknown\":1,\"control\":2}");
        assertThat(told.at("/tensors")).hasSize(12);
        assertThat(told.at("/parameters").asInt()).isEqualTo(212);
    }

    @Test
    void folderWithoutConfigurationStillShowsItsTensors() throws IOException {
        Path base = base();
        Files.delete(base.resolve("config.json"));
        JsonNode told = inspect(base);
        assertThat(told.at("/notes/0").asText()).startsWith("config.json is missing");
        assertThat(told.at("/tensors")).hasSize(12);
    }

    @Test
    void brokenConfigurationIsANote() throws IOException {
        Path base = base();
        Files.writeString(base.resolve("config.json"), "{");
        JsonNode told = inspect(base);
        assertThat(told.at("/notes/0").asText()).contains("config.json: is not valid JSON");
        assertThat(told.at("/tensors")).hasSize(12);
    }

    @Test
    void configurationOfAnotherModelIsANoteAndShown() throws IOException {
        Path base = base();
        Files.writeString(
                base.resolve("config.json"),
                SmallModel.config(8)
                        .replace("\"intermediate_size\": 6", "\"intermediate_size\": 7"));
        JsonNode told = inspect(base);
        assertThat(told.at("/notes/0").asText()).contains("gate_proj", "[6, 4], expected [7, 4]");
        assertThat(told.at("/config/intermediate_size").asInt()).isEqualTo(7);
    }

    @Test
    void safetensorsFile() throws IOException {
        JsonNode told = inspect(base().resolve("model.safetensors"));
        assertThat(told.at("/what").asText()).isEqualTo("safetensors file");
        assertThat(told.at("/tensors/0").toString())
                .isEqualTo(
                        "{\"name\":\"model.embed_tokens.weight\",\"type\":\"F32\",\"shape\":[8,4],"
                                + "\"bytes\":128}");
    }

    @Test
    void ggufFile() throws IOException {
        Path gguf = folder.resolve("model.gguf");
        run("convert", "--model", base().toString(), "--out", gguf.toString(), "--quiet");
        JsonNode told = inspect(gguf);
        assertThat(told.at("/what").asText()).isEqualTo("GGUF v3 file");
        assertThat(told.at("/config/hidden_size").asInt()).isEqualTo(4);
        assertThat(told.at("/vocabulary/bos").toString()).isEqualTo("{\"id\":1,\"text\":\"<s>\"}");
        assertThat(told.at("/metadata/tokenizer.ggml.tokens")).hasSize(8);
    }

    @Test
    void adapterFolder() throws IOException {
        JsonNode told = inspect(SmallModel.adapter(folder.resolve("lora"), 9));
        assertThat(told.at("/what").asText()).isEqualTo("LoRA adapter folder, safetensors");
        assertThat(told.at("/adapter").toString())
                .isEqualTo(
                        "{\"rank\":2,\"alpha\":4.0,\"modules\":1,\"targets\":{\"q_proj\":1},"
                                + "\"scales\":{\"2.0\":1},\"replaces\":"
                                + "{\"model.embed_tokens.weight\":\"[9, 4]\","
                                + "\"lm_head.weight\":\"[9, 4]\"}}");
        assertThat(told.at("/vocabulary/size").asInt()).isEqualTo(9);
    }

    @Test
    void adapterThatCannotBeMergedIsShown() throws IOException {
        Path lora = SmallModel.adapter(folder.resolve("lora"));
        Files.writeString(
                lora.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"lora_bias\": true}");
        JsonNode told = inspect(lora);
        assertThat(told.at("/notes/0").asText()).contains("'lora_bias' is true");
        assertThat(told.at("/tensors")).hasSize(2);
    }

    @Test
    void adapterArchive() throws IOException {
        Path lora = SmallModel.adapter(folder.resolve("lora"));
        Path archive = folder.resolve("lora.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(Files.readAllBytes(lora.resolve(name)));
            }
        }
        JsonNode told = inspect(archive);
        assertThat(told.at("/what").asText())
                .isEqualTo("LoRA adapter in a zip archive, safetensors");
        assertThat(told.at("/adapter/rank").asInt()).isEqualTo(2);
    }

    @Test
    void tokenizerFile() throws IOException {
        JsonNode told = inspect(base().resolve("tokenizer.model"));
        assertThat(told.at("/what").asText()).isEqualTo("SentencePiece tokenizer");
        assertThat(told.at("/vocabulary/kind").asText()).isEqualTo("SentencePiece BPE");
        assertThat(told.at("/tensors")).isEmpty();
    }

    @Test
    void theTemplateHasAName() throws IOException {
        Path base = base();
        assertThat(inspect(base).at("/vocabulary/chat_template").asText()).isEqualTo("none");
        out.getBuffer().setLength(0);
        Files.writeString(base.resolve("chat_template.jinja"), "{{ messages }}");
        assertThat(inspect(base).at("/vocabulary/chat_template").asText()).isEqualTo("own");
        out.getBuffer().setLength(0);
        Path gguf = folder.resolve("model.gguf");
        run("convert", "--model=" + base, "--out=" + gguf, "--chat-template=llama2", "--quiet");
        assertThat(inspect(gguf).at("/vocabulary/chat_template").asText()).isEqualTo("llama2");
    }

    @Test
    void thePadTokenIsTheOneThatAnyFileNames() throws IOException {
        Path base = base();
        Files.writeString(base.resolve("tokenizer_config.json"), "{\"pad_token\": null}");
        Files.writeString(base.resolve("special_tokens_map.json"), "{\"pad_token\": \"e\"}");
        assertThat(inspect(base).at("/vocabulary/pad").toString())
                .isEqualTo("{\"id\":7,\"text\":\"e\"}");
    }

    @Test
    void folderOfATokenizer() throws IOException {
        Path tokenizer = Files.createDirectory(folder.resolve("tokenizer"));
        Files.write(tokenizer.resolve("tokenizer.model"), SmallModel.tokenizer(8));
        assertThat(inspect(tokenizer).at("/what").asText()).isEqualTo("folder of a tokenizer");
    }

    @Test
    void index() throws IOException {
        Path base = base();
        Path out = folder.resolve("sharded");
        run("convert", "--model", "" + base, "-o", "" + out, "--shard-size", "500", "--quiet");
        JsonNode told = inspect(out.resolve("model.safetensors.index.json"));
        assertThat(told.at("/what").asText()).matches("index of safetensors, [23] shards");
        assertThat(told.at("/tensors")).hasSize(12);
    }

    @Test
    void configurationFile() throws IOException {
        JsonNode told = inspect(base().resolve("config.json"));
        assertThat(told.at("/what").asText())
                .isEqualTo("Hugging Face configuration of a LLaMA model");
        assertThat(told.at("/config/vocab_size").asInt()).isEqualTo(8);
    }

    @Test
    void configurationThatDoesNotFitTheRowsIsNoted() throws IOException {
        Path base = base();
        Files.writeString(base.resolve("config.json"), SmallModel.config(9));
        assertThat(inspect(base).at("/notes/0").asText())
                .isEqualTo("vocab_size is 9 but the embedding has 8 rows, which count");
    }

    @Test
    void peopleSeeTheBeginningOfALongList() throws IOException {
        Path gguf = folder.resolve("model.gguf");
        run("convert", "--model", base().toString(), "--out", gguf.toString(), "--quiet");
        run("inspect", gguf.toString());
        assertThat(out.toString())
                .contains("  tokenizer.ggml.tokens ", "[<unk>, <s>, </s>, a, b, c, … 8 in all]");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("letter.txt"), "Dear reader");
        run("inspect", text.toString());
        assertThat(err.toString()).contains("letter.txt: holds no weights in a format");
    }
}
