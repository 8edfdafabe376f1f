package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.format.gguf.GgufValue;
import dev.weightsmith.testing.EditedGguf;
import dev.weightsmith.testing.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A GGUF file with a token of type 0, which llama.cpp writes where it knows of none: every command
/// takes it for what it is, a normal one, and does what it does with the file that says so.
class EveryReaderTest {
    private static final int TOKEN = 300;

    @TempDir private Path folder;
    private Path typed = Path.of("");
    private Path typeless = Path.of("");

    @BeforeEach
    void write() throws IOException {
        typed = write("typed", 1);
        typeless = write("typeless", 0);
    }

    /// No name says what it is.
    private Path write(String name, int type) throws IOException {
        return EditedGguf.write(
                TinyModel.gguf("f16"),
                Files.createDirectory(folder.resolve(name)).resolve("x.bin"),
                file -> {
                    int[] types = file.types();
                    types[TOKEN] = type;
                    file.tokenizer("token_type", new GgufValue.I32s(types));
                });
    }

    private static String run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit =
                new Weightsmith(
                                new Terminal(false, false, 80, false),
                                new PrintWriter(out),
                                new PrintWriter(err))
                        .run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        assertThat(exit).as(err.toString()).isZero();
        return out.toString();
    }

    private static JsonNode json(Object... arguments) throws IOException {
        JsonNode told = new JsonMapper().readTree(run(arguments));
        ((ObjectNode) told).remove("path");
        return told;
    }

    private static Path converted(Path model, String name) {
        Path out = model.resolveSibling(name);
        run("convert", "--model", model, "--out", out, "--quiet");
        return out;
    }

    @Test
    void tokenizerInspectTakesIt() throws IOException {
        assertThat(json("tokenizer", "inspect", typeless, "--pieces=.", "--json"))
                .isEqualTo(json("tokenizer", "inspect", typed, "--pieces=.", "--json"));
    }

    @Test
    void inspectTakesIt() throws IOException {
        JsonNode facts = json("inspect", typeless, "--json").path("vocabulary");
        assertThat(facts.at("/types/normal").asInt()).isPositive();
        assertThat(facts).isEqualTo(json("inspect", typed, "--json").path("vocabulary"));
    }

    @Test
    void convertToHfTakesIt() {
        assertThat(converted(typeless, "hf").resolve("tokenizer.model"))
                .hasSameBinaryContentAs(converted(typed, "hf").resolve("tokenizer.model"));
    }

    @Test
    void convertToGgufKeepsIt() throws IOException {
        assertThat(json("tokenizer", "inspect", converted(typeless, "out.gguf"), "--json"))
                .isEqualTo(json("tokenizer", "inspect", converted(typed, "out.gguf"), "--json"));
    }

    @Test
    void quantizeKeepsIt() throws IOException {
        Path out = folder.resolve("q8.gguf");
        run("quantize", typeless, "--type", "Q8_0", "--out", out, "--quiet");
        assertThat(json("tokenizer", "inspect", out, "--json"))
                .isEqualTo(json("tokenizer", "inspect", typed, "--json"));
    }

    @Test
    void evaluateTakesIt() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "Once upon a time there was a cat");
        assertThat(perplexity(typeless, text)).isEqualTo(perplexity(typed, text));
    }

    private static JsonNode perplexity(Path model, Path text) throws IOException {
        return json("evaluate", "perplexity", model, "--text", text, "--context=8", "--json")
                .path("perplexity");
    }
}
