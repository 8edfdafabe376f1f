package dev.weightsmith.tokenizer.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weightsmith.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class CompareCommandTest {
    @TempDir private Path folder;
    private final Commands commands = new Commands();

    private static Path real(String name) {
        return SharedData.path("tokenizers/" + name + ".model");
    }

    @Test
    void chineseTextTakesFewerTokens() throws Exception {
        int exit =
                commands.run(
                        "compare",
                        real("llama"),
                        real("chinese-llama-2"),
                        "--text=" + Commands.resource("chinese.txt"),
                        "--json");
        assertThat(exit).isZero();
        JsonNode first = commands.json().at("/vocabularies/0");
        JsonNode second = commands.json().at("/vocabularies/1");
        assertThat(commands.json().path("characters").asInt()).isEqualTo(454);
        assertThat(first.path("tokens").asInt()).isEqualTo(659);
        assertThat(second.path("tokens").asInt()).isEqualTo(312);
    }

    @Test
    void pageHoldsEveryLineAndNothingFromOutside() throws Exception {
        Path page = folder.resolve("page.html");
        commands.run(
                "compare",
                real("llama"),
                real("chinese-llama-2"),
                "--text=" + Commands.resource("corpus.txt"),
                "--html=" + page);
        assertThat(commands.out()).contains("wrote " + page);
        assertThat(Files.readString(page))
                .contains("<svg", "人工智能", "class=\"chip code ", "The longest new pieces")
                .doesNotContain("<script", "http://www", "src=", "url(")
                .doesNotContain(folder.toString(), SharedData.path("tokenizers").toString());
    }

    @Test
    void markupInATextIsText() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "<b onclick='x'>&\u202E\"</b>");
        Path page = folder.resolve("page.html");
        commands.run("compare", real("llama"), real("llama"), "--text=" + text, "--html=" + page);
        String html = Files.readString(page);
        assertThat(html).doesNotContain("<b ", "</b>", "onclick='", "\u202e");
        // As it was, but for the character that would turn the direction: its three bytes.
        assertThat(html.replaceAll("<[^>]*>", ""))
                .contains(" &lt;b onclick=&#39;x&#39;&gt;&amp;E280AE&quot;&lt;/b&gt;");
    }

    @Test
    void vocabulariesOfOneNameAreToldApartByTheirFiles() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy")).resolve("llama.model");
        Files.copy(real("llama"), copy);
        Path page = folder.resolve("page.html");
        commands.run(
                "compare",
                real("llama"),
                copy,
                "--text=" + Commands.resource("chinese.txt"),
                "--html=" + page);
        assertThat(Files.readString(page))
                .contains("<td>tokenizers/llama.model</td>", "<td>copy/llama.model</td>")
                .contains("LLaMA (32000 pieces), copy/llama.model</text>");
    }

    @Test
    void oneVocabularyIsAMistake() throws Exception {
        assertThat(
                        commands.run(
                                "compare",
                                real("llama"),
                                "--text=" + Commands.resource("chinese.txt")))
                .isEqualTo(2);
    }

    @Test
    void textThatIsNoUtf8IsRefused() throws Exception {
        Path text = folder.resolve("text");
        Files.write(text, new byte[] {'a', (byte) 0xff});
        assertThat(commands.run("compare", real("llama"), real("llama"), "--text=" + text))
                .isEqualTo(3);
        assertThat(commands.err()).contains("is not valid UTF-8 (at byte 1)");
    }

    @Test
    void emptyTextIsRefused() throws Exception {
        Path text = folder.resolve("text");
        Files.writeString(text, " \n");
        assertThat(commands.run("compare", real("llama"), real("llama"), "--text=" + text))
                .isEqualTo(3);
        assertThat(commands.err()).contains("holds no text");
    }

    @Test
    void pageNeverReplacesAnInput() throws Exception {
        Path text = folder.resolve("text");
        Files.writeString(text, "你好");
        int exit =
                commands.run(
                        "compare",
                        real("llama"),
                        real("llama"),
                        "--text=" + text,
                        "--html=" + text,
                        "--overwrite");
        assertThat(exit).isEqualTo(7);
        assertThat(text).hasContent("你好");
    }

    @Test
    void crashingModelNeverReachesTheNativeLibrary() throws Exception {
        Path hostile = folder.resolve("hostile.model");
        byte[] bytes = Files.readAllBytes(real("chinese_sp"));
        // The trie of the normalization rules begins 9 bytes after its name.
        int at = indexOf(bytes, "nmt_nfkc".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        java.util.Arrays.fill(bytes, at + 16, at + 2000, (byte) 0xff);
        Files.write(hostile, bytes);
        int exit =
                commands.run(
                        "compare",
                        real("llama"),
                        hostile,
                        "--text=" + Commands.resource("chinese.txt"));
        assertThat(exit).isEqualTo(3);
        assertThat(commands.err()).contains("precompiled_charsmap is broken");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = bytes.length - wanted.length; at >= 0; at--) {
            if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }

    @Test
    void inspectTellsWhatAVocabularyIs() throws Exception {
        commands.run("inspect", real("llama"), "--pieces=^▁the$", "--json");
        assertThat(commands.json().path("vocabulary").asText()).isEqualTo("LLaMA (32000 pieces)");
        assertThat(commands.json().at("/types/byte").asInt()).isEqualTo(256);
        assertThat(commands.json().at("/matches/0/id").asInt()).isEqualTo(278);
    }

    @Test
    void inspectReadsGgufFiles() {
        commands.run("inspect", SharedData.path("tiny/gguf/tiny-alpaca-plus-f16.gguf"));
        assertThat(commands.out())
                .contains("548 pieces, GGUF file")
                .containsPattern("padding +0 <unk>");
    }

    @Test
    void whatAFileIsItsContentTells() throws Exception {
        Path gguf = folder.resolve("x.bin");
        Files.copy(SharedData.path("tiny/gguf/tiny-alpaca-plus-f16.gguf"), gguf);
        Path model = folder.resolve("x.gguf");
        Files.copy(SharedData.path("tiny/lora-alpaca-plus/tokenizer.model"), model);
        assertThat(json("inspect", gguf).path("form").asText()).isEqualTo("GGUF file");
        assertThat(json("inspect", model).path("form").asText()).isEqualTo("SentencePiece model");
        assertThat(json("diff", gguf, model).path("samePieces").asBoolean()).isTrue();
        Path text = Files.writeString(folder.resolve("text"), "你好");
        JsonNode compared = json("compare", gguf, model, "--text=" + text);
        assertThat(compared.at("/vocabularies/0/tokens").asInt())
                .isPositive()
                .isEqualTo(compared.at("/vocabularies/1/tokens").asInt());
    }

    private static JsonNode json(Object... arguments) throws Exception {
        var own = new Commands();
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        assertThat(own.run(all)).as(own.err()).isZero();
        return own.json();
    }

    /// No model says that a piece is for padding; its name does, and the files beside it.
    @ParameterizedTest
    @CsvSource({"chinese-llama-2, 32000 <pad>", "llama, none", "chinese_sp, none"})
    void inspectFindsThePadTokenOfAModel(String name, String padding) {
        commands.run("inspect", SharedData.path("tokenizers/" + name + ".model"));
        assertThat(commands.out()).containsPattern("padding +" + Pattern.quote(padding) + "\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tokenizer.model"})
    void inspectNamesAMergedVocabularyAndItsPadToken(String file) {
        Path merged = folder.resolve("merged");
        commands.run(
                "merge",
                "--base",
                SharedData.path("tokenizers/llama.model"),
                "--add",
                SharedData.path("tokenizers/chinese_sp.model"),
                "--pad",
                "[PAD]",
                "--out",
                merged);
        commands.run("inspect", file.isEmpty() ? merged : merged.resolve(file));
        assertThat(commands.out())
                .contains("Chinese-Alpaca (49954 pieces)")
                .containsPattern("padding +49953 \\[PAD\\]");
    }

    /// As the second generation's files have it.
    @Test
    void inspectFindsThePadTokenThatOnlyOneFileNames() throws Exception {
        Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
        Files.copy(
                SharedData.path("tiny/lora-llama-plus/tokenizer.model"),
                tokenizer.resolve("tokenizer.model"));
        Files.writeString(tokenizer.resolve("tokenizer_config.json"), "{\"pad_token\": null}");
        Files.writeString(
                tokenizer.resolve("special_tokens_map.json"),
                "{\"pad_token\": {\"content\": \"</s>\"}}");
        commands.run("inspect", tokenizer, "--json");
        assertThat(commands.json().at("/special/padding").asInt()).isEqualTo(2);
    }

    @Test
    void noCommandIsAMistake() {
        assertThat(commands.run()).isEqualTo(2);
        assertThat(commands.err()).contains("tokenizer wants one of merge, inspect, compare");
    }
}
