package dev.weightsmith.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DigestListTest {
    /// Of the one byte `a`.
    static final String A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    private static final String MD5 = A.substring(0, 32);

    @TempDir private Path folder;

    private DigestList read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private DigestList read(byte[] bytes) throws IOException {
        Path list = folder.resolve("list");
        Files.write(list, bytes);
        return DigestList.read(list);
    }

    private ErrorKind refusal(String text) {
        var thrown =
                org.assertj.core.api.Assertions.catchThrowableOfType(
                        FileException.class, () -> read(text));
        return thrown.problem().kind();
    }

    /// Lines that mean one file.
    static List<Arguments> goodLines() {
        return List.of(
                Arguments.of("text", A + "  a\n", "a"),
                Arguments.of("binary", A + " *a\n", "a"),
                Arguments.of("no line feed at the end", A + "  a", "a"),
                Arguments.of("CRLF", A + "  a\r\n", "a"),
                Arguments.of("upper case", A.toUpperCase(java.util.Locale.ROOT) + "  a\n", "a"),
                Arguments.of("byte order mark", "\uFEFF" + A + "  a\n", "a"),
                Arguments.of("indented", " \t" + A + "  a\n", "a"),
                Arguments.of("tab", A + "\ta\n", "a"),
                Arguments.of("one space", A + " a\n", "a"),
                Arguments.of("name begins with a space", A + "   a\n", " a"),
                Arguments.of("name begins with a star", A + "  *a\n", "*a"),
                Arguments.of("name ends with a space", A + "  a \n", "a "),
                Arguments.of("name with spaces", A + "  a b  c\n", "a b  c"),
                Arguments.of("folder", A + "  b/../a\n", "b/../a"),
                Arguments.of("absolute", A + "  /tmp/a\n", "/tmp/a"),
                Arguments.of("unescaped backslash", A + "  a\\nb\n", "a\\nb"),
                Arguments.of("escaped line feed", "\\" + A + "  a\\nb\n", "a\nb"),
                Arguments.of("escaped backslash", "\\" + A + "  a\\\\nb\n", "a\\nb"),
                Arguments.of("escaped carriage return", "\\" + A + "  a\\rb\n", "a\rb"),
                Arguments.of("UTF-8", A + "  模型\n", "模型"),
                Arguments.of("hash inside", A + "  #a\n", "#a"),
                Arguments.of("BSD", "SHA256 (a) = " + A + "\n", "a"),
                Arguments.of("BSD, CRLF", "SHA256 (a) = " + A + "\r\n", "a"),
                Arguments.of("BSD, parentheses", "SHA256 (a) = (b)) = " + A + "\n", "a) = (b)"),
                Arguments.of("BSD, escaped", "\\SHA256 (a\\nb) = " + A + "\n", "a\nb"),
                Arguments.of("OpenSSL", "SHA256(a)= " + A + "\n", "a"),
                Arguments.of("OpenSSL 3", "SHA2-256(a)= " + A + "\n", "a"),
                Arguments.of("comments and blanks", "# " + A + "  b\n\n \n" + A + "  a\n", "a"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goodLines")
    void lineMeansOneFile(String what, String text, String name) throws IOException {
        DigestList list = read(text);
        assertThat(list.malformed()).as(what).isEmpty();
        assertThat(list.entries())
                .extracting(DigestList.Entry::digest, DigestList.Entry::name)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(new Digest(A), name));
    }

    /// Lines that are counted as malformed, and why.
    static List<Arguments> badLines() {
        return List.of(
                Arguments.of("hello", "does not begin with a digest"),
                Arguments.of(A, "names no file"),
                Arguments.of(A + "  ", "names no file"),
                Arguments.of(A + " *", "names no file"),
                Arguments.of("SHA256 () = " + A, "names no file"),
                Arguments.of(A + "0  a", "has a digest of 65 digits, expected 64"),
                Arguments.of(A.substring(1) + "  a", "has a digest of 63 digits, expected 64"),
                Arguments.of(
                        A.substring(1) + "g  a",
                        "has something other than a space behind 63 hexadecimal digits"),
                Arguments.of(A + " a", "has one space before the name, expected two"),
                Arguments.of(MD5 + "  a", "is of MD5, expected SHA-256"),
                Arguments.of("SHA1 (a) = " + A, "is of SHA1, expected SHA-256"),
                Arguments.of("SHA256 (a) = " + MD5, "is of MD5, expected SHA-256"),
                Arguments.of(
                        "\\" + A + "  a\\t", "has a backslash in the name that stands for nothing"),
                Arguments.of(
                        "\\" + A + "  a\\", "has a backslash in the name that stands for nothing"),
                Arguments.of(A + "  a\0b", "has a NUL in the name"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("badLines")
    void malformedLineIsNamed(String line, String message) throws IOException {
        DigestList list = read(A + "  a\n" + line + "\n" + A + "  b\n");
        assertThat(list.malformed()).containsExactly(new DigestList.Malformed(2, message));
    }

    @Test
    void linesBesideAMalformedOneAreKept() throws IOException {
        DigestList list = read(A + "  a\nhello\n" + A + "  b\n");
        assertThat(list.entries()).extracting(DigestList.Entry::line).containsExactly(1L, 3L);
    }

    @Test
    void nameThatIsNotUtf8IsMalformed() throws IOException {
        byte[] text = (A + "  a\n" + A + "  b?\n").getBytes(StandardCharsets.ISO_8859_1);
        text[text.length - 2] = (byte) 0xFF;
        assertThat(read(text).malformed())
                .containsExactly(new DigestList.Malformed(2, "is not valid UTF-8"));
    }

    @Test
    void reversedListKeepsLeadingMarksInNames() throws IOException {
        DigestList list = read(A + " a\n" + A + " *b\n");
        assertThat(list.entries()).extracting(DigestList.Entry::name).containsExactly("a", "*b");
    }

    @Test
    void listOfMd5IsUnsupported() {
        assertThat(refusal(MD5 + "  a\n" + MD5 + "  b\n")).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void listOfSha1IsUnsupported() {
        assertThat(refusal(A.substring(0, 40) + "  a\n")).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @Test
    void bsdListOfMd5IsUnsupported() {
        assertThat(refusal("MD5 (a) = " + MD5 + "\n")).isEqualTo(ErrorKind.UNSUPPORTED);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"", "\n", "# only\n", "hello\n", "\r"})
    void listWithoutEntryIsMalformed(String text) {
        assertThat(refusal(text)).isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void utf16IsToldWithAWayOut() {
        byte[] text = (A + "  a\n").getBytes(StandardCharsets.UTF_16);
        assertThatThrownBy(() -> read(text)).hasMessageContaining("is UTF-16, expected UTF-8");
    }

    @Test
    void overlongLineIsOverTheLimit() {
        assertThat(refusal(A + "  " + "a".repeat(8192) + "\n")).isEqualTo(ErrorKind.LIMIT);
    }

    @Test
    void tooManyLinesAreOverTheLimit() {
        assertThat(refusal("\n".repeat(1_000_001))).isEqualTo(ErrorKind.LIMIT);
    }

    @Test
    void tooLargeListIsNotReadAtAll() throws IOException {
        Path list = folder.resolve("list");
        try (var file = new java.io.RandomAccessFile(list.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThatThrownBy(() -> DigestList.read(list)).hasMessageContaining("expected at most");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"a", "a b", " a", "*a", "a\nb", "a\\b", "a\r", "\\a", "#a", "模型", "a) = b"})
    void whatIsWrittenIsReadBack(String name) throws IOException {
        DigestList list =
                read(DigestList.text(List.of(new DigestList.Entry(1, new Digest(A), name))));
        assertThat(list.entries()).containsExactly(new DigestList.Entry(1, new Digest(A), name));
    }

    @Test
    void plainNamesAreWrittenAsSha256sumDoes() {
        assertThat(DigestList.line(new Digest(A), "a b")).isEqualTo(A + "  a b");
    }

    @Test
    void oddNamesAreWrittenAsSha256sumDoes() {
        assertThat(DigestList.line(new Digest(A), "a\nb\\")).isEqualTo("\\" + A + "  a\\nb\\\\");
    }
}
