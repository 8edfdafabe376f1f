package dev.weightsmith.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PieceListTest {
    private static final Path FILE = Path.of("pieces.txt");

    private static List<String> parse(String text) throws IOException {
        return PieceList.parse(FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyLineIsAPiece() throws IOException {
        assertThat(parse("▁好\n{\n[PAD]\n")).containsExactly("▁好", "{", "[PAD]");
    }

    @Test
    void windowsLinesAndAByteOrderMarkAreNoPartOfPieces() throws IOException {
        assertThat(parse("\uFEFF好\r\n的")).containsExactly("好", "的");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | is empty",
                "a~~b | line 2 is empty",
                "a~b c~ | line 2 holds a space",
                "a\t-1.5 | line 1 holds a space, tab",
                "version https://git-lfs.github.com/spec/v1~oid | is a Git LFS pointer"
            })
    void linesThatAreNoPiecesAreRefused(String text, String reason) {
        assertThatThrownBy(() -> parse(text.replace('~', '\n').replace("\\t", "\t")))
                .isInstanceOf(FileException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void invalidUtf8IsRefused() {
        assertThatThrownBy(() -> PieceList.parse(FILE, new byte[] {'a', '\n', (byte) 0xE4, '\n'}))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("is not valid UTF-8")
                .hasMessageContaining("(at byte 2)");
    }

    @Test
    void veryLongLineIsOverTheLimit() {
        assertThatThrownBy(() -> parse("x".repeat(100_000)))
                .hasMessageContaining("line 1 is 100000 characters long");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        var pieces = List.of("一", "▁two", "𠮷");
        assertThat(PieceList.parse(FILE, PieceList.write(pieces))).isEqualTo(pieces);
    }

    @Test
    void modelIsNoList() throws IOException {
        Path path = SharedData.path("tokenizers/chinese_sp.model");
        assertThat(PieceList.isList(path, Files.readAllBytes(path))).isFalse();
    }
}
