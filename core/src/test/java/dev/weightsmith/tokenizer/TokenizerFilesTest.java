package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.tokenizer.proto.ModelProto;
import dev.weightsmith.tokenizer.proto.ModelProto.SentencePiece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerFilesTest {
    @TempDir Path folder;

    @Test
    void adapterFolderHasItsTokenizer() throws IOException {
        var files = TokenizerFiles.read(SharedData.path("tiny/lora-alpaca-plus")).orElseThrow();
        assertThat(files.vocabularySize()).isEqualTo(548);
        assertThat(files.config().path("pad_token").asText()).isEqualTo("[PAD]");
        assertThat(files.specialTokensMap().path("pad_token").asText()).isEqualTo("[PAD]");
        assertThat(files.added()).isEmpty();
        assertThat(files.files())
                .extracting(p -> p.getFileName().toString())
                .containsExactly(
                        "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json");
    }

    @Test
    void folderWithoutTokenizerHasNone() throws IOException {
        assertThat(TokenizerFiles.read(folder)).isEmpty();
    }

    @Test
    void tokenizerJsonOfAnotherKindIsUnsupported() throws IOException {
        write("tokenizer.json", "{}");
        assertThatThrownBy(() -> TokenizerFiles.read(folder))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("is no BPE vocabulary with byte_fallback")
                .satisfies(e ->
                        assertThat(((FileException) e).problem().kind())
                                .isEqualTo(ErrorKind.UNSUPPORTED));
    }

    @Test
    void tokensAfterThePiecesCount() throws IOException {
        model();
        write("added_tokens.json", "{\"[PAD]\": 2}");
        var files = TokenizerFiles.read(folder).orElseThrow();
        assertThat(files.vocabularySize()).isEqualTo(3);
        assertThat(files.added()).containsExactly(new AddedToken(2, "[PAD]", false));
    }

    @Test
    void whatOneFileCallsSpecialIsSpecial() throws IOException {
        model();
        write("added_tokens.json", "{\"[PAD]\": 2}");
        write(
                "tokenizer_config.json",
                """
                {"added_tokens_decoder": {"0": {"content": "<unk>", "special": true},
                                          "2": {"content": "[PAD]", "special": true}}}
                """);
        write("tokenizer.json", "{\"added_tokens\": [{\"id\": 2, \"content\": \"[PAD]\"}]}");
        assertThat(TokenizerFiles.read(folder).orElseThrow().added())
                .containsExactly(
                        new AddedToken(0, "<unk>", true), new AddedToken(2, "[PAD]", true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1} | that piece is 'x'",
                "{\"x\": 2} | it is piece 1",
                "{\"a\": 3} | has the id 3, expected 2, the first that is free",
                "{\"a\": 2, \"b\": 2} | the id 2 is of 'b' and of 'a'",
                "{\"a\": -1} | has the id -1",
                "{\"a\": 2147483648} | has the id 2147483648",
                "{\"a\": \"2\"} | has the id \"2\"",
                "{\"a\": 2.0} | has the id 2.0",
            })
    void idsThatDoNotFitAreRefused(String added, String reason) throws IOException {
        model();
        write("added_tokens.json", added);
        assertThatThrownBy(() -> TokenizerFiles.read(folder))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void tokenWithTwoIdsIsRefused() throws IOException {
        model();
        write("added_tokens.json", "{\"a\": 2}");
        write("tokenizer.json", "{\"added_tokens\": [{\"id\": 3, \"content\": \"a\"}]}");
        assertThatThrownBy(() -> TokenizerFiles.read(folder))
                .hasMessageContaining("the added token 'a' has the ids 2 and 3");
    }

    @Test
    void oddDecoderIdIsRefused() throws IOException {
        model();
        write("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"a\"}}}");
        assertThatThrownBy(() -> TokenizerFiles.read(folder))
                .hasMessageContaining("has the id 'x', expected a number");
    }

    @Test
    void aSpecialTokenIsThatOfTheFirstFileThatNamesIt() throws IOException {
        model();
        write(
                "tokenizer_config.json",
                "{\"pad_token\": null, \"eos_token\": {\"content\": \"x\"}}");
        write("special_tokens_map.json", "{\"pad_token\": \"x\", \"eos_token\": \"<unk>\"}");
        TokenizerFiles files = TokenizerFiles.read(folder).orElseThrow();
        assertThat(files.specialToken("pad")).contains("x");
        assertThat(files.specialToken("eos")).contains("x");
        assertThat(files.specialToken("mask")).isEmpty();
        assertThat(files.padding()).hasValue(1);
    }

    @Test
    void thePadTokenMayBeAnAddedOne() throws IOException {
        model();
        write("added_tokens.json", "{\"<pad>\": 2}");
        write("special_tokens_map.json", "{\"pad_token\": \"<pad>\"}");
        TokenizerFiles files = TokenizerFiles.read(folder).orElseThrow();
        assertThat(files.padding()).hasValue(2);
        assertThat(files.tokens()).containsExactly("<unk>", "x", "<pad>");
    }

    /// Those that were there before are not the files' own, whatever they are called.
    @ParameterizedTest
    @CsvSource({
        "{}, {}, 0",
        "'{\"x\": 1, \"y\": 2, \"z\": 3}', {}, 3",
        "'{\"y\": 2}', {}, 1",
        "{}, '{\"pad_token\": \"x\"}', 1",
        "{}, '{\"unk_token\": \"<unk>\"}', 0"
    })
    void tokensAtTheEndThatFilesNameAreTheirOwn(String added, String special, int own)
            throws IOException {
        model();
        write("added_tokens.json", added);
        write("special_tokens_map.json", special);
        assertThat(TokenizerFiles.read(folder).orElseThrow().ownTokens()).isEqualTo(own);
    }

    @Test
    void theFirstAdapterOfAStackHasNoTokensOfItsOwnAndTheSecondHasOne() throws IOException {
        for (var adapter : Map.of("lora-llama-plus", 0, "lora-alpaca-plus", 1).entrySet()) {
            Path place = SharedData.path("tiny/" + adapter.getKey());
            assertThat(TokenizerFiles.read(place).orElseThrow().ownTokens())
                    .as(adapter.getKey())
                    .isEqualTo(adapter.getValue());
        }
    }

    @Test
    void namedChatTemplatesAreRead() throws IOException {
        model();
        write(
                "tokenizer_config.json",
                """
                {"chat_template": [{"name": "tools", "template": "T"},
                                   {"name": "default", "template": "D"}]}
                """);
        var templates = TokenizerFiles.read(folder).orElseThrow().chatTemplates();
        assertThat(templates.standard()).contains("D");
        assertThat(templates.named()).containsEntry("tools", "T").hasSize(1);
    }

    @Test
    void templateFileIsReadWhereTheConfigHasNone() throws IOException {
        model();
        write("chat_template.jinja", "{{ messages }}");
        assertThat(TokenizerFiles.read(folder).orElseThrow().chatTemplates().standard())
                .contains("{{ messages }}");
    }

    @Test
    void builtInTemplatesArePartOfTheBuild() {
        assertThat(ChatTemplates.builtIn("alpaca")).contains("### Instruction:");
        assertThat(ChatTemplates.builtIn("llama2")).contains("你是一个乐于助人的助手。");
    }

    @ParameterizedTest
    @CsvSource({
        "32000, LLaMA (32000 pieces)",
        "49953, Chinese-LLaMA (49953 pieces)",
        "49954, Chinese-Alpaca (49954 pieces)",
        "55296, Chinese-LLaMA-2 and Chinese-Alpaca-2 (55296 pieces)",
        "512, 512 pieces"
    })
    void knownVocabulariesHaveNames(int size, String name) {
        assertThat(TokenizerFiles.vocabularyName(size)).isEqualTo(name);
    }

    /// A model of two pieces, `<unk>` and `x`.
    private void model() throws IOException {
        byte[] bytes =
                ModelProto.newBuilder()
                        .addPieces(
                                SentencePiece.newBuilder()
                                        .setPiece("<unk>")
                                        .setType(SentencePiece.Type.UNKNOWN))
                        .addPieces(SentencePiece.newBuilder().setPiece("x"))
                        .build()
                        .toByteArray();
        Files.write(folder.resolve("tokenizer.model"), bytes);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
