package dev.weightsmith.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Expected texts and the digest are Python 3.11's.
class JsonTextTest {
    @TempDir private Path folder;

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) new JsonMapper().readTree(text);
    }

    private static String indented(String text) throws IOException {
        return new String(JsonText.indented(json(text)), StandardCharsets.UTF_8);
    }

    @Test
    void indentedIsPythonsDump() throws IOException {
        assertThat(indented("{\"b\":[1,[],{}],\"a\":{\"c\":null,\"d\":[true,false]}}"))
                .isEqualTo(
                        """
                        {
                          "b": [
                            1,
                            [],
                            {}
                          ],
                          "a": {
                            "c": null,
                            "d": [
                              true,
                              false
                            ]
                          }
                        }\
                        """);
    }

    @Test
    void oneLineIsPythonsDump() throws IOException {
        assertThat(JsonText.oneLine(json("{\"a\":[1,{\"b:c,\":1e-5}],\"d\":{}}")))
                .asString()
                .isEqualTo("{\"a\": [1, {\"b:c,\": 1e-05}], \"d\": {}}");
    }

    @Test
    void textIsEscapedAsPythonEscapesIt() throws IOException {
        assertThat(indented("{\"ü\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f中😀\\ud800\"}"))
                .isEqualTo(
                        "{\n  \"\\u00fc\": \"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\\u4e2d\\ud83d"
                                + "\\ude00\\ud800\"\n}");
    }

    @Test
    void sortedIsWhatTransformersWrites() throws IOException {
        assertThat(
                        JsonText.sorted(
                                json(
                                        "{\"😀\":1,\"｡\":2,\"b\":{\"z\":\"\\u007f\\u0001é\",\"a\":[]},"
                                                + "\"a\":\"\\ud800\"}")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(
                        """
                        {
                          "a": "\\ud800",
                          "b": {
                            "a": [],
                            "z": "\u007f\\u0001é"
                          },
                          "｡": 2,
                          "😀": 1
                        }
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "1e-5, 1e-05",
        "1e-6, 1e-06",
        "0.0001, 0.0001",
        "0.00012, 0.00012",
        "1.25e-05, 1.25e-05",
        "0.02, 0.02",
        "1.0, 1.0",
        "10000.0, 10000.0",
        "500000.0, 500000.0",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "1e22, 1e+22",
        "1e23, 1e+23",
        "2e23, 2e+23",
        "123456789012345680, 1.2345678901234568e+17",
        "9007199254740993.0, 9007199254740992.0",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "4.9e-324, 5e-324",
        "1e-323, 1e-323",
        "1.5e-323, 1.5e-323",
        "2e-323, 2e-323",
        "9.9e-324, 1e-323",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "1e100, 1e+100",
        "9.999999747378752e-06, 9.999999747378752e-06",
        "-0.0, -0.0",
        "-16.5, -16.5",
        "1e400, Infinity",
    })
    void floatIsPythonsRepr(double value, String repr) {
        assertThat(JsonText.repr(value)).isEqualTo(repr);
    }

    /// For every `i` below 200,000: the double with the bits `i * 0x9E3779B97F4A7C15` (where it is
    /// finite), and the decimal `i / 1000`, each on a line.
    @Test
    void manyFloatsArePythonsRepr() throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        for (long i = 0; i < 200_000; i++) {
            double any = Double.longBitsToDouble(i * 0x9E3779B97F4A7C15L);
            String line = (Double.isFinite(any) ? JsonText.repr(any) : "") + "\n";
            digest.update(line.getBytes(StandardCharsets.US_ASCII));
            digest.update((JsonText.repr(i / 1000.0) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("68f524f3045fb6fd9d8ecc0fb315978b40e6cd0880804cf11b7dffac36343a28");
    }

    static Stream<JsonNode> documents() throws IOException {
        try (var in =
                Objects.requireNonNull(JsonTextTest.class.getResourceAsStream("python.json"))) {
            return StreamSupport.stream(new JsonMapper().readTree(in).spliterator(), false);
        }
    }

    /// Digests by `src/test/scripts/json_dump.py`.
    @ParameterizedTest
    @MethodSource("documents")
    void fileReadAndWrittenIsWhatPythonAndTransformersWrite(JsonNode expected) throws Exception {
        Path file = folder.resolve("config.json");
        Files.writeString(file, expected.required("document").textValue());
        ObjectNode read = StrictJson.readObject(file);
        assertThat(sha256(JsonText.indented(read)))
                .isEqualTo(expected.required("indented").textValue());
        assertThat(sha256(JsonText.oneLine(read)))
                .isEqualTo(expected.required("oneLine").textValue());
        if (expected.required("sorted").isTextual()) {
            assertThat(sha256(JsonText.sorted(read)))
                    .isEqualTo(expected.required("sorted").textValue());
        }
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void numbersOfAFileAreWrittenAsPythonWouldWriteThemAgain() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(
                file,
                "{\"a\": 1000000000000000019884624838656, \"b\": 1E-5, \"c\": -0, \"d\": 1.50,"
                        + " \"e\": 18446744073709551615, \"f\": 1e3}");
        assertThat(JsonText.oneLine(StrictJson.readObject(file)))
                .asString()
                .isEqualTo(
                        "{\"a\": 1000000000000000019884624838656, \"b\": 1e-05, \"c\": 0, \"d\": 1.5,"
                                + " \"e\": 18446744073709551615, \"f\": 1000.0}");
    }
}
