package dev.weightsmith.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Merges that can be done and are likely not meant: what the command line says of them.
class MisuseTest {
    private static final int LLAMA = 32000;
    private static final int CHINESE_LLAMA = 49953;
    private static final int CHINESE_ALPACA = 49954;

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path base;

    @BeforeEach
    void plainLlama() throws IOException {
        base = SmallModel.huggingFace(folder.resolve("llama-7b"), LLAMA);
    }

    private Path adapter(String name, int tokens) throws IOException {
        SequencedMap<String, List<Integer>> tensors = SmallModel.pair(4);
        tensors.put("base_model.model.model.embed_tokens.weight", List.of(tokens, 4));
        tensors.put("base_model.model.lm_head.weight", List.of(tokens, 4));
        return SmallModel.adapter(folder.resolve(name), tensors);
    }

    private int run(String... arguments) {
        return new Weightsmith(
                        new Terminal(false, false, 80, false),
                        new PrintWriter(out),
                        new PrintWriter(err))
                .run(arguments);
    }

    private int merge(Path adapter, String option) {
        return run(
                "merge",
                "--base=" + base,
                "--lora=" + adapter,
                "--out=" + folder.resolve("out"),
                option);
    }

    @Test
    void theSecondAdapterOfAStackAloneIsAWarningThatQuietShowsToo() throws IOException {
        assertThat(merge(adapter("chinese-alpaca-plus-lora-7b", CHINESE_ALPACA), "--quiet"))
                .isZero();
        assertThat(err)
                .hasToString(
                        """
                        warning: chinese-alpaca-plus-lora-7b: is called Chinese-Alpaca-Plus or -Pro, \
                        which was trained on Chinese-LLaMA-Plus, but the model that it is folded \
                        into has a vocabulary of 32000 (LLaMA)
                        hint: give the Chinese-LLaMA-Plus adapter of the same size with --lora before it
                        """);
    }

    @Test
    void strictStopsIt() throws IOException {
        assertThat(merge(adapter("chinese-alpaca-plus-lora-7b", CHINESE_ALPACA), "--strict"))
                .isEqualTo(3);
        assertThat(err.toString())
                .contains("error: ", "was trained on Chinese-LLaMA-Plus")
                .contains("hint: give the Chinese-LLaMA-Plus adapter");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void theWholeStackIsRightAndGetsItsTemplate() throws IOException {
        assertThat(
                        run(
                                "merge",
                                "--base=" + base,
                                "--lora=" + adapter("chinese-llama-plus-lora-7b", CHINESE_LLAMA),
                                "--lora=" + adapter("chinese-alpaca-plus-lora-7b", CHINESE_ALPACA),
                                "--out=" + folder.resolve("out"),
                                "--strict"))
                .as(err.toString())
                .isZero();
        assertThat(err.toString())
                .doesNotContain("warning:")
                .contains(
                        "note: llama-7b: chat template: alpaca, for the vocabulary is"
                                + " Chinese-Alpaca's");
        assertThat(folder.resolve("out/chat_template.jinja")).content().contains("### Response:");
        assertThat(folder.resolve("out/SHA256SUMS")).content().contains("  chat_template.jinja");
    }

    @Test
    void aModelWithoutTemplateSaysSo() {
        assertThat(run("convert", "--model=" + base, "--out=" + folder.resolve("x.gguf"))).isZero();
        assertThat(err.toString())
                .contains(
                        "note: llama-7b: chat template: none, for no file brings one and none is"
                                + " recognised: --chat-template gives one");
    }

    @Test
    void anAdapterOfAnotherModelIsAWarning() throws IOException {
        Path adapter = SmallModel.adapter(folder.resolve("lora"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4,"
                        + " \"base_model_name_or_path\": \"lmsys/vicuna-7b-bnb-4bit\"}");
        assertThat(merge(adapter, "--quiet")).isZero();
        assertThat(err.toString())
                .contains(
                        "warning: lora: says that it was trained on 'lmsys/vicuna-7b-bnb-4bit',"
                                + " whose weights are rounded to 4 bits")
                .contains("but the base is called 'llama-7b'");
    }
}
