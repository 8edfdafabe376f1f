package dev.weightsmith.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.cli.CommandRunner;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelVocabulary;
import dev.weightsmith.testing.TinyModel;
import dev.weightsmith.tokenizer.TextEncoder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Tag("slow")
class EvaluateCommandsTest {
    @Command(name = "weightsmith")
    private static final class Root {}

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... arguments) {
        var commands = new CommandLine(new Root());
        EvaluateCommands.all().forEach(commands::addSubcommand);
        commands.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setCaseInsensitiveEnumValuesAllowed(true);
        String[] texts = new String[arguments.length + 1];
        texts[0] = "evaluate";
        for (int i = 0; i < arguments.length; i++) {
            texts[i + 1] = arguments[i].toString();
        }
        return new CommandRunner(commands, new Terminal(false, false, 80, false)).run(texts);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private void assertOneLine(String end) {
        assertThat(err.toString().lines().filter(line -> !line.startsWith("hint: ")))
                .singleElement()
                .asString()
                .startsWith("weightsmith: error: ")
                .endsWith(end);
    }

    @Test
    void perplexityIsPrintedAsJson() throws IOException {
        int exit =
                run(
                        "perplexity",
                        TinyModel.gguf("f32"),
                        "--text",
                        TinyModel.text(),
                        "-c",
                        128,
                        "--windows",
                        2,
                        "--method",
                        "llama.cpp",
                        "--threads",
                        1,
                        "--json");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(json().path("counted").intValue()).isEqualTo(126);
        assertThat(json().path("windows")).hasSize(2);
        assertThat(json().path("method").textValue()).isEqualTo("llama.cpp");
    }

    @Test
    void theContinuationAloneIsPrinted() {
        run("generate", TinyModel.folder(), "--prompt", "Once upon a time", "--max-tokens", 8);
        assertThat(out).hasToString(", there was a little girl\n");
    }

    /// Greedily the model goes on with ", there was a little girl": 432, 383, 286, …
    @ParameterizedTest
    @CsvSource({
        "config.json, 286, 2",
        "config.json, '[2, 286]', 2",
        "generation_config.json, '[2, 400, 286]', 2",
        "generation_config.json, '[2, 100000]', 8"
    })
    void everyEndOfTextEndsAnAnswer(String file, String ends, int tokens) throws IOException {
        Path model = TinyModel.copy(folder.resolve("m"));
        Path path = model.resolve(file);
        Files.writeString(
                path,
                Files.readString(path)
                        .replaceFirst("\"eos_token_id\": 2", "\"eos_token_id\": " + ends));
        run("generate", model, "--prompt", "Once upon a time", "--max-tokens", 8, "--json");
        assertThat(json().path("ids")).hasSize(tokens);
    }

    @Test
    void aMessageIsPutIntoTheTemplate() throws IOException {
        run(
                "generate",
                TinyModel.folder(),
                "--chat",
                " Hi ",
                "--template",
                "alpaca",
                "--system",
                "S",
                "--max-tokens",
                1,
                "--json");
        int[] expected;
        try (var model = Model.open(TinyModel.folder())) {
            expected =
                    new TextEncoder(ModelVocabulary.of(model))
                            .encode("S\n\n### Instruction:\n\nHi\n\n### Response:\n\n", false);
        }
        assertThat(TinyModel.ints(json().path("promptIds"))).isEqualTo(expected);
    }

    @Test
    void aModelComparedWithItselfIsTheSame() throws IOException {
        run(
                "compare",
                TinyModel.folder(),
                TinyModel.gguf("f16"),
                TinyModel.gguf("q8_0"),
                "--text",
                TinyModel.text(),
                "-c",
                128,
                "--windows",
                2,
                "--json");
        JsonNode models = json().path("models");
        assertThat(models).hasSize(3);
        assertThat(models.get(1).path("meanDivergence").doubleValue()).isLessThan(1e-9);
        assertThat(models.get(1).path("agreement").doubleValue()).isEqualTo(1);
        assertThat(models.get(2).path("meanDivergence").doubleValue()).isBetween(1e-5, 1e-2);
        assertThat(models.get(2).path("bytes").longValue())
                .isEqualTo(Files.size(TinyModel.gguf("q8_0")));
    }

    @Test
    void aReportIsAPageWithATableAndAPlot() throws IOException {
        Path page = folder.resolve("r.html");
        run(
                "compare",
                TinyModel.folder(),
                TinyModel.gguf("q8_0"),
                "--text",
                TinyModel.text(),
                "-c",
                128,
                "--windows",
                1,
                "--report",
                page);
        assertThat(Files.readString(page))
                .contains("<svg", "tiny-base-q8_0.gguf</text>", "<td>base-hf</td>")
                .contains("<code>", "--windows 1 --report r.html</code>")
                .doesNotContain(folder.toString(), SharedData.path("tiny").toString());
    }

    @Test
    void perplexityHasAPageWithTheLossAlongTheText() throws IOException {
        Path page = folder.resolve("p.html");
        run(
                "perplexity",
                TinyModel.gguf("q8_0"),
                "--text",
                TinyModel.text(),
                "-c",
                64,
                "--windows",
                3,
                "--report",
                page);
        assertThat(Files.readString(page))
                .contains("<h1>Perplexity of tiny-base-q8_0.gguf</h1>", "<polyline ", ">mean<")
                .contains("<dd>3</dd>")
                .doesNotContain(folder.toString(), SharedData.path("tiny").toString());
    }

    @Test
    void questionsAreCounted() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("q.csv"),
                        "id,question,A,B,C,D,answer\n0,Who,a,b,c,d,A\n1,What,a,b,c,d,B\n");
        // The small vocabulary has letters.
        int exit =
                run(
                        "choices",
                        TinyModel.folder(),
                        "--questions",
                        file,
                        "--dev",
                        file,
                        "--shots",
                        1,
                        "--json");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(json().path("answers")).hasSize(2);
        assertThat(json().path("shots").intValue()).isEqualTo(1);
    }

    /// One in which a bit of the embedding is another.
    private Path brokenModel() throws IOException {
        Path model = TinyModel.copy(SharedData.path("tiny/base-hf-bin"), folder.resolve("broken"));
        Path weights = model.resolve("pytorch_model-00001-of-00002.bin");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[10_000] ^= 1;
        Files.write(weights, bytes);
        return model;
    }

    @ParameterizedTest
    @ValueSource(strings = {"perplexity", "choices", "compare", "generate"})
    void aModelWhoseChecksumDoesNotHoldGivesNoFigure(String command) throws IOException {
        Path questions =
                Files.writeString(
                        folder.resolve("q.csv"), "question,A,B,C,D,answer\nWho,a,b,c,d,A\n");
        Path model = brokenModel();
        int exit =
                switch (command) {
                    case "perplexity" -> run(command, model, "--text", TinyModel.text());
                    case "choices" -> run(command, model, "--questions", questions);
                    case "compare" ->
                            run(command, TinyModel.folder(), model, "--text", TinyModel.text());
                    default -> run(command, model, "--prompt", "Once");
                };
        assertThat(exit).isEqualTo(5);
        assertThat(err.toString()).contains("has CRC");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aModelWithoutTokenizerIsRefused() throws IOException {
        Path model = TinyModel.copy(folder.resolve("m"));
        Files.delete(model.resolve("tokenizer.model"));
        assertThat(run("perplexity", model, "--text", TinyModel.text())).isEqualTo(3);
        assertOneLine("m: holds no tokenizer");
    }

    @Test
    void aTextShorterThanAWindowIsRefused() {
        assertThat(run("perplexity", TinyModel.folder(), "--text", TinyModel.text(), "-c", 600))
                .isEqualTo(3);
        assertOneLine("has 551 tokens, expected at least one window of 600");
    }

    @Test
    void aPromptLongerThanTheContextIsRefused() {
        assertThat(run("generate", TinyModel.folder(), "--prompt", "a b ".repeat(600)))
                .isEqualTo(3);
        assertThat(err.toString()).contains("tokens, expected fewer than the model's context, 512");
    }

    @Test
    void anUnknownRopeTypeIsRefused() throws IOException {
        Path model = TinyModel.copy(folder.resolve("m"));
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\\{", "{\"rope_scaling\": {\"rope_type\": \"su\"},"));
        assertThat(run("generate", model, "--prompt", "x")).isEqualTo(6);
        assertOneLine("rope_type is 'su', expected linear, dynamic, yarn or llama3");
    }

    @Test
    void tooLittleMemoryForALayerIsSaidBeforeStarting() {
        int exit =
                run(
                        "perplexity",
                        TinyModel.folder(),
                        "--text",
                        TinyModel.text(),
                        "--max-memory",
                        "10MB");
        assertThat(exit).isEqualTo(10);
        assertOneLine("of memory, there is 10.0 MB");
    }

    @Test
    void anAnswerThatIsMissingIsRefused() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("q.csv"), "question,A,B,C,D,answer\nWho,a,b,c,d,\n");
        assertThat(run("choices", TinyModel.folder(), "--questions", file)).isEqualTo(3);
        assertOneLine("line 2: the answer is '', expected A, B, C or D");
    }

    @Test
    void aModelsOwnChatTemplateIsUsedAndWritesItsTokens() throws IOException {
        Path model = TinyModel.copy(folder.resolve("m"));
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content + eos_token }}"
                        + "{% endfor %}");
        run("generate", model, "--chat", "Hi", "--max-tokens", 1, "--json");
        int[] ids = TinyModel.ints(json().path("promptIds"));
        assertThat(ids).startsWith(1).endsWith(2).containsOnlyOnce(1);
    }

    @Test
    void aChatTemplateThatIsNotSupportedIsSaid() throws IOException {
        Path model = TinyModel.copy(folder.resolve("m"));
        Files.writeString(model.resolve("chat_template.jinja"), "{% include 'x' %}");
        assertThat(run("generate", model, "--chat", "x")).isEqualTo(6);
        assertOneLine("the tag 'include' is not supported (line 1 of the template)");
    }

    @Test
    void theNameOfAnUnknownChatTemplateIsSaid() {
        assertThat(run("generate", TinyModel.folder(), "--chat", "x", "--template", "x"))
                .isEqualTo(9);
        assertOneLine("x: no such file, and no template's name");
        assertThat(err.toString()).contains("alpaca and llama2");
    }

    @Test
    void nothingIsInventedWhereNothingWasSaid() {
        assertThat(run("generate", TinyModel.folder())).isEqualTo(2);
        assertOneLine("expected --prompt or --chat: what to go on from");
    }

    @Test
    void aTemplateCanBeAFile() throws IOException {
        Path template =
                Files.writeString(
                        folder.resolve("t.jinja"),
                        "{{ messages[0].content | upper }}{{ eos_token }}");
        run("generate", TinyModel.folder(), "--chat", "ab", "--template", template, "--json");
        assertThat(json().path("promptIds")).hasSizeGreaterThan(1);
        assertThat(json().path("promptIds").path(json().path("promptIds").size() - 1).asInt())
                .isEqualTo(2);
    }

    @Test
    void aReportDoesNotReplaceAModel() {
        int exit =
                run(
                        "perplexity",
                        TinyModel.folder(),
                        "--text",
                        TinyModel.text(),
                        "--report",
                        folder.resolve("m.gguf"));
        assertThat(exit).isEqualTo(7);
        assertOneLine("is no name for a report, expected one that ends in .html");
    }

    @Test
    void modelsOfOtherVocabulariesAreNotCompared() {
        int exit =
                run(
                        "compare",
                        TinyModel.folder(),
                        SharedData.path("tiny/gguf/tiny-alpaca-plus-f16.gguf"),
                        "--text",
                        TinyModel.text());
        assertThat(exit).isEqualTo(3);
        assertThat(err.toString()).contains("548 tokens, expected the same 512");
    }

    @Test
    void textThatIsNotUtf8IsRefused() throws IOException {
        Path text = Files.write(folder.resolve("t"), new byte[] {65, (byte) 0xff});
        assertThat(run("perplexity", TinyModel.folder(), "--text", text)).isEqualTo(3);
        assertOneLine("t: is not valid UTF-8 (at byte 1)");
    }
}
