package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A folder as transformers 5 saves it: fast-only/README.md.
class RebuiltModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void idsAreThoseOfTheFastTokenizer() throws Exception {
        var encoder = PieceEncoder.of(files().model());
        for (JsonNode line : JSON.readTree(folder().resolve("ids.json").toFile())) {
            String text = line.path("text").asText().replace(' ', '▁');
            // transformers 5 puts no space before one.
            assertThat(encoder.encode(text.startsWith("▁") ? text : "▁" + text))
                    .isEqualTo(JSON.convertValue(line.path("ids"), List.class));
        }
    }

    @Test
    void piecesAreThoseOfTheLostModel() throws Exception {
        var lost =
                SentencePieceModel.read(SharedData.path("tiny/lora-alpaca-plus/tokenizer.model"));
        assertThat(files().model().pieces())
                .extracting(Piece::text)
                .isEqualTo(lost.pieces().stream().map(Piece::text).toList());
        assertThat(files().model().pieces().subList(0, 512))
                .extracting(Piece::type)
                .isEqualTo(lost.pieces().subList(0, 512).stream().map(Piece::type).toList());
    }

    @Test
    void specialTokensAreKnown() throws Exception {
        var model = files().model();
        assertThat(model.unknownId()).isZero();
        assertThat(model.beginId()).hasValue(1);
        assertThat(model.endId()).hasValue(2);
        assertThat(model.pieces().get(547)).isEqualTo(new Piece("[PAD]", 0, Piece.Type.CONTROL));
        assertThat(model.addDummyPrefix()).isTrue();
    }

    @Test
    void itSaysThatItWasRebuiltAndWhereIdsMayDiffer() throws Exception {
        assertThat(files().notes())
                .singleElement()
                .asString()
                .contains("was rebuilt from tokenizer.json", "a text that begins with a space");
    }

    @Test
    void writtenModelIsReadAgain() throws Exception {
        var model = files().model();
        assertThat(SentencePieceModel.parse(Path.of("x"), model.bytes()).pieces())
                .isEqualTo(model.pieces());
    }

    @Test
    void scoresAreMinusTheRanks() throws IOException {
        var model = rebuilt("[\"a b\", \"ab c\"]").model();
        assertThat(model.pieces())
                .extracting(Piece::score)
                .containsSubsequence(0f, -2f, -2f, -2f, 0f, -1f, -2f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "['a b'] | 'abc' and 1 more pieces can be made in a way that is no merge",
                "['a b', 'ab c', 'b c'] | 'abc' can be made in a way that is no merge",
                "['a b', 'ab c', 'b c', 'a bc'] | 'abc' is made by merges that do not follow",
            })
    void whatCannotBeProvedIsSaid(String merges, String doubt) throws IOException {
        assertThat(rebuilt(merges.replace('\'', '"')).doubts())
                .anySatisfy(text -> assertThat(text).contains(doubt));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "['a'] | merge 0, '\"a\"', is no pair of pieces",
                "['a x'] | merge 0, '\"a x\"', joins or makes what is no piece",
                "['a b', ['a', 'b']] | merge 1, '[\"a\",\"b\"]', comes twice",
                "7 | model.merges is missing or no list",
            })
    void brokenMergesAreRefused(String merges, String reason) {
        assertThatThrownBy(() -> rebuilt(merges.replace('\'', '"')))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'<unk>': 0, 'a': 2} | no token has the id 1",
                "{'<unk>': 0, 'a': 0} | the id 0 is of",
                "{'<unk>': 0, 'a': -1} | the token 'a' has the id -1",
                "{'<unk>': 0, 'a': 1.5} | the token 'a' has the id 1.5",
                "{'<unk>': 0, 'a': 2147483647} | the token 'a' has the id 2147483647",
                "{'<unk>': 0, '': 1} | no token has the id 1",
                "[] | model.vocab is missing or empty",
                "{'a': 0} | has 0 pieces of type UNKNOWN",
                "{'<unk>': 0, 'a': 1} | says byte_fallback but holds no byte pieces",
            })
    void brokenVocabulariesAreRefused(String vocabulary, String reason) throws IOException {
        ObjectNode fast = fast("[]");
        ((ObjectNode) fast.path("model"))
                .set("vocab", JSON.readTree(vocabulary.replace('\'', '"')));
        assertThatThrownBy(() -> rebuilt(fast))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void byteLevelVocabularyIsUnsupported() throws IOException {
        ObjectNode fast = fast("[]");
        ((ObjectNode) fast.path("model")).put("byte_fallback", false);
        assertThatThrownBy(() -> rebuilt(fast))
                .hasMessageContaining("is no BPE vocabulary with byte_fallback");
    }

    @Test
    void mergesThatScoresCanSayAreProved() throws IOException {
        ObjectNode fast = fast("[\"a b\", \"b c\", \"a bc\", \"ab c\"]");
        fast.remove("pre_tokenizer");
        ObjectNode normalizer = fast.putObject("normalizer").put("type", "Replace");
        normalizer.putObject("pattern").put("String", " ");
        normalizer.put("content", "▁");
        assertThat(rebuilt(fast).doubts()).isEmpty();
    }

    @Test
    void foreignNormalizationIsADoubt() throws IOException {
        ObjectNode fast = fast("[\"a b\", \"a bc\", \"ab c\"]");
        fast.putObject("normalizer").put("type", "NFKC");
        assertThat(rebuilt(fast).doubts())
                .anySatisfy(text -> assertThat(text).contains("normalizes or splits"));
    }

    /// `<unk>`, a, b, c, all bytes, ab, abc, bc.
    private static ObjectNode fast(String merges) throws IOException {
        ObjectNode fast = JsonNodeFactory.instance.objectNode();
        fast.putObject("pre_tokenizer")
                .put("type", "Metaspace")
                .put("replacement", "▁")
                .put("prepend_scheme", "always")
                .put("split", false);
        ObjectNode model = fast.putObject("model");
        model.put("type", "BPE").put("byte_fallback", true);
        ObjectNode vocabulary = model.putObject("vocab");
        for (String text : new String[] {"<unk>", "a", "b", "c"}) {
            vocabulary.put(text, vocabulary.size());
        }
        for (int value = 0; value < 256; value++) {
            vocabulary.put("<0x%02X>".formatted(value), vocabulary.size());
        }
        for (String text : new String[] {"ab", "abc", "bc"}) {
            vocabulary.put(text, vocabulary.size());
        }
        model.set("merges", JSON.readTree(merges));
        return fast;
    }

    private static RebuiltModel rebuilt(String merges) throws IOException {
        return rebuilt(fast(merges));
    }

    private static RebuiltModel rebuilt(ObjectNode fast) throws IOException {
        return RebuiltModel.ofFastTokenizer(
                Path.of("tokenizer.json"), fast, JsonNodeFactory.instance.objectNode());
    }

    private static TokenizerFiles files() throws IOException, URISyntaxException {
        return TokenizerFiles.read(folder()).orElseThrow();
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(
                        Objects.requireNonNull(
                                        RebuiltModelTest.class.getResource("fast-only/ids.json"))
                                .toURI())
                .resolveSibling("");
    }
}
