package dev.weightsmith.tokenizer.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weightsmith.SharedData;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class MergeCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private final Commands commands = new Commands();

    private static Path real(String name) {
        return SharedData.path("tokenizers/" + name + ".model");
    }

    private Path out() {
        return folder.resolve("out");
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private Path list(String... lines) throws IOException {
        Path file = folder.resolve("pieces.txt");
        Files.writeString(file, String.join("\n", lines) + "\n");
        return file;
    }

    private JsonNode json(String name) throws IOException {
        return JSON.readTree(out().resolve(name).toFile());
    }

    @Test
    void chineseLlamaIsThePublishedFile() throws Exception {
        int exit =
                commands.run(
                        "merge",
                        "--base",
                        real("llama"),
                        "--add",
                        real("chinese_sp"),
                        "--out",
                        out());
        assertThat(exit).isZero();
        assertThat(sha256(out().resolve("tokenizer.model")))
                .isEqualTo("e2676d4ca29ca1750f6ff203328d73b189321dc5776ceede037cbd36541d70c0");
        assertThat(commands.out()).contains("vocabulary: Chinese-LLaMA (49953 pieces)");
    }

    @Test
    void chineseAlpacaIsThePublishedFile() throws Exception {
        commands.run(
                "merge",
                "--base=" + real("llama"),
                "--add=" + real("chinese_sp"),
                "--pad=[PAD]",
                "--out=" + out(),
                "--json");
        assertThat(sha256(out().resolve("tokenizer.model")))
                .isEqualTo("2d967e855b1213a439df6c8ce2791f869c84b4f3b6cfacf22b86440b8192a2f8");
        assertThat(json("tokenizer_config.json").path("pad_token").asText()).isEqualTo("[PAD]");
        assertThat(commands.json().path("vocabulary").asText())
                .isEqualTo("Chinese-Alpaca (49954 pieces)");
        assertThat(commands.json().at("/sources/0/added").asInt()).isEqualTo(17953);
        assertThat(commands.json().at("/sources/0/known")).hasSize(2047);
        assertThat(commands.json().at("/files/0/sha256").asText()).startsWith("2d967e85");
    }

    @Test
    void secondGenerationIsThePublishedFileFromTheExtractedList() throws Exception {
        Path pieces = folder.resolve("added.txt");
        commands.run("diff", real("llama"), real("chinese-llama-2"), "--pieces-out=" + pieces);
        assertThat(commands.out()).contains("give B, byte for byte");
        int exit =
                commands.run(
                        "merge",
                        "--base",
                        real("llama"),
                        "--add",
                        pieces,
                        "--pad=<pad>",
                        "--out",
                        out());
        assertThat(exit).isZero();
        assertThat(sha256(out().resolve("tokenizer.model")))
                .isEqualTo("a3b8844863b200dfcca971db228e96ce388290dfcf72c15d7a9d2f604bac787c");
        assertThat(commands.out())
                .contains("vocabulary: Chinese-LLaMA-2 and Chinese-Alpaca-2 (55296 pieces)");
    }

    @Test
    void folderHoldsTheFilesOfTransformers() throws IOException {
        commands.run("merge", "--base=" + real("llama"), "--add=" + list("你好"), "--out=" + out());
        assertThat(out())
                .isDirectoryContaining("glob:**/tokenizer.model")
                .isDirectoryContaining("glob:**/tokenizer_config.json")
                .isDirectoryContaining("glob:**/special_tokens_map.json")
                .isDirectoryContaining("glob:**/tokenizer.json");
        assertThat(json("tokenizer.json").at("/model/vocab/你好").asInt()).isEqualTo(32000);
    }

    @Test
    void piecesThatAreThereOrComeTwiceAreReported() throws IOException {
        commands.run(
                "merge",
                "--base=" + real("llama"),
                "--add=" + list("▁the", "好好", "好好"),
                "--out=" + out(),
                "--verbose");
        assertThat(commands.out()).containsPattern("3 +1 +2 +" + folder.resolve("pieces.txt"));
        assertThat(commands.err()).contains("'▁the' is there already", "'好好' is there already");
    }

    @Test
    void fillersReachTheMultiple() throws IOException {
        commands.run(
                "merge",
                "--base=" + real("llama"),
                "--add=" + list("好好"),
                "--pad-to-multiple-of=64",
                "--out=" + out());
        var model = SentencePieceModel.read(out().resolve("tokenizer.model"));
        assertThat(model.pieces()).hasSize(32064);
        assertThat(model.pieces().getLast())
                .isEqualTo(new Piece("[PAD32063]", 0, Piece.Type.UNUSED));
    }

    @Test
    void dryRunWritesNothing() throws IOException {
        int exit =
                commands.run(
                        "merge",
                        "--base=" + real("llama"),
                        "--add=" + list("好好"),
                        "--out=" + out(),
                        "--dry-run");
        assertThat(exit).isZero();
        assertThat(out()).doesNotExist();
        assertThat(commands.out()).contains("tokenizer.model: ");
    }

    @Test
    void existingOutputStays() throws IOException {
        Files.createDirectory(out());
        Files.writeString(out().resolve("tokenizer.model"), "mine");
        int exit =
                commands.run(
                        "merge",
                        "--base=" + real("llama"),
                        "--add=" + list("好好"),
                        "--out=" + out());
        assertThat(exit).isEqualTo(7);
        assertThat(out().resolve("tokenizer.model")).hasContent("mine");
    }

    @Test
    void outputThatIsAnInputIsRefused() throws IOException {
        Files.createDirectory(out());
        Files.copy(real("llama"), out().resolve("tokenizer.model"));
        int exit =
                commands.run(
                        "merge", "--base=" + out(), "--pad=[PAD]", "--out=" + out(), "--overwrite");
        assertThat(exit).isEqualTo(7);
        assertThat(commands.err()).contains("is an input of this job");
    }

    @Test
    void nothingToAddIsAMistake() {
        assertThat(commands.run("merge", "--base=" + real("llama"), "--out=" + out())).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"--pad-to-multiple-of=0", "--pad-to-multiple-of=-1", "--pad="})
    void oddOptionsAreMistakes(String option) {
        assertThat(commands.run("merge", "--base=" + real("llama"), option, "--out=" + out()))
                .isEqualTo(2);
    }

    @Test
    void unigramBaseIsRefused() {
        int exit =
                commands.run(
                        "merge", "--base=" + real("chinese_sp"), "--pad=[PAD]", "--out=" + out());
        assertThat(exit).isEqualTo(3);
        assertThat(commands.err()).contains("is a unigram model, expected BPE as LLaMA has");
    }

    @Test
    void controlPieceOfAnAdditionIsRefusedByName() throws IOException {
        Path addition = folder.resolve("addition.model");
        var grown =
                SentencePieceModel.read(real("llama"))
                        .withPieces(List.of(new Piece("<mask>", 0, Piece.Type.CONTROL)));
        Files.write(addition, grown.bytes());
        int exit =
                commands.run(
                        "merge", "--base=" + real("llama"), "--add=" + addition, "--out=" + out());
        assertThat(exit).isEqualTo(3);
        assertThat(commands.err())
                .contains("addition.model: the vocabulary to add holds the CONTROL piece '<mask>'")
                .contains("hint: give a list");
    }

    @Test
    void baseWithoutBytePiecesIsRefused() throws IOException {
        Path base = model("<unk>", "<s>", "</s>", "a");
        assertThat(commands.run("merge", "--base=" + base, "--pad=x", "--out=" + out()))
                .isEqualTo(3);
        assertThat(commands.err()).contains("has no byte pieces, expected '<0x00>' to '<0xFF>'");
    }

    @Test
    void specialPiecesInOtherPlacesAreRefused() throws IOException {
        var texts = new ArrayList<>(List.of("<unk>", "a", "<s>", "</s>"));
        for (int value = 0; value < 256; value++) {
            texts.add("<0x%02X>".formatted(value));
        }
        Path base = model(texts.toArray(new String[0]));
        assertThat(commands.run("merge", "--base=" + base, "--pad=x", "--out=" + out()))
                .isEqualTo(3);
        assertThat(commands.err())
                .contains("the piece that begins a text has the id 2, expected id 1 as LLaMA has");
    }

    @Test
    void addedTokensOfABaseFolderAreNotOverrun() throws IOException {
        Path base = Files.createDirectory(folder.resolve("base"));
        Files.copy(real("llama"), base.resolve("tokenizer.model"));
        Files.writeString(base.resolve("added_tokens.json"), "{\"[PAD]\": 32000}");
        assertThat(commands.run("merge", "--base=" + base, "--pad=x", "--out=" + out()))
                .isEqualTo(3);
        assertThat(commands.err()).contains("adds 1 tokens after the 32000 pieces");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b | 3 | line 1 holds a space",
                "{\"model\": 1} | 6 | is JSON, expected a SentencePiece model",
                "IQ== 0 | 6 | is a tiktoken vocabulary as Llama 3 has",
            })
    void additionThatIsNeitherModelNorListIsRefused(String text, int exit, String reason)
            throws IOException {
        Path addition = folder.resolve("addition");
        Files.writeString(addition, text + "\n");
        assertThat(
                        commands.run(
                                "merge",
                                "--base=" + real("llama"),
                                "--add=" + addition,
                                "--out=" + out()))
                .isEqualTo(exit);
        assertThat(commands.err()).contains(reason);
    }

    @Test
    void truncatedModelIsRefused() throws IOException {
        Path addition = folder.resolve("cut.model");
        byte[] bytes = Files.readAllBytes(real("chinese_sp"));
        Files.write(addition, java.util.Arrays.copyOf(bytes, 1001));
        assertThat(
                        commands.run(
                                "merge",
                                "--base=" + real("llama"),
                                "--add=" + addition,
                                "--out=" + out()))
                .isEqualTo(3);
        assertThat(commands.err()).contains("cut.model: is not a SentencePiece model");
    }

    /// A model of these pieces; `<unk>`, `<s>`, `</s>` and bytes are what they look like.
    private Path model(String... texts) throws IOException {
        var pieces = new ArrayList<Piece>();
        OptionalInt begin = OptionalInt.empty();
        OptionalInt end = OptionalInt.empty();
        for (String text : texts) {
            Piece.Type type =
                    switch (text) {
                        case "<unk>" -> Piece.Type.UNKNOWN;
                        case "<s>", "</s>" -> Piece.Type.CONTROL;
                        default -> text.startsWith("<0x") ? Piece.Type.BYTE : Piece.Type.NORMAL;
                    };
            begin = text.equals("<s>") ? OptionalInt.of(pieces.size()) : begin;
            end = text.equals("</s>") ? OptionalInt.of(pieces.size()) : end;
            pieces.add(new Piece(text, 0, type));
        }
        Path file = folder.resolve("small.model");
        Files.write(file, SentencePieceModel.ofPieces(file, pieces, begin, end, true).bytes());
        return file;
    }
}
