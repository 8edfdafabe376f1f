package dev.weightsmith.format.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.TestFiles;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Refused;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of docs/specs/hostile-inputs.md#safetensors.
class SafetensorsFileTest {
    private static final String A = "'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}";
    private static final String B = "'b':{'dtype':'U8','shape':[3],'data_offsets':[2,5]}";

    @TempDir Path folder;

    // What is read

    @Test
    void tensorsComeInTheOrderOfTheirBytes() throws IOException {
        try (var file = open("{" + B + "," + A + "}", 5)) {
            assertThat(file.tensors())
                    .containsExactly(
                            new TensorInfo("a", DType.U8, Shape.of(2)),
                            new TensorInfo("b", DType.U8, Shape.of(3)));
        }
    }

    @Test
    void rowsAreReadFromWhereTheTensorLies() throws IOException {
        try (var file = open("{'a':{'dtype':'U8','shape':[3,2],'data_offsets':[0,6]}}", 6)) {
            byte[] rows = new byte[4];
            file.readRows(file.tensors().getFirst(), 1, 2, MemorySegment.ofArray(rows));
            assertThat(rows).containsExactly(2, 3, 4, 5);
        }
    }

    @Test
    void metadataKeepTheirOrder() throws IOException {
        try (var file = open("{'__metadata__':{'z':'1','format':'pt'}}", 0)) {
            assertThat(file.metadata())
                    .containsExactly(Map.entry("z", "1"), Map.entry("format", "pt"));
        }
    }

    @Test
    void emptyTensorsBetweenOthersTakeNoBytes() throws IOException {
        var none = "'none':{'dtype':'F32','shape':[0,7],'data_offsets':[2,2]}";
        try (var file = open("{" + A + "," + B + "," + none + "}", 5)) {
            assertThat(file.tensors())
                    .extracting(TensorInfo::name)
                    .containsExactly("a", "none", "b");
        }
    }

    @Test
    void scalarsAreOneElement() throws IOException {
        try (var file = open("{'s':{'dtype':'F64','shape':[],'data_offsets':[0,8]}}", 8)) {
            assertThat(TestFiles.bytes(file, file.find("s").orElseThrow())).hasSize(8);
        }
    }

    @Test
    void spacesAfterTheHeaderArePadding() throws IOException {
        try (var file = open("{" + A + "}   ", 2)) {
            assertThat(file.find("a")).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL,1",
        "U8,1",
        "I8,1",
        "F8_E4M3,1",
        "F8_E5M2,1",
        "F8_E8M0,1",
        "F8_E4M3FNUZ,1",
        "F8_E5M2FNUZ,1",
        "U16,2",
        "I16,2",
        "F16,2",
        "BF16,2",
        "U32,4",
        "I32,4",
        "F32,4",
        "U64,8",
        "I64,8",
        "F64,8",
        "C64,8"
    })
    void everyTypeOfTheFormatIsRead(String dtype, int size) throws IOException {
        var header =
                "{'a':{'dtype':'%s','shape':[3],'data_offsets':[0,%d]}}".formatted(dtype, 3 * size);
        try (var file = open(header, 3 * size)) {
            assertThat(file.tensors().getFirst().dtype().name()).isEqualTo(dtype);
        }
    }

    @ParameterizedTest
    @CsvSource({"F4,2", "F6_E2M3,3", "F6_E3M2,3"})
    void typesBelowAByteAreReadAsRowsOfWholeBytes(String dtype, int size) throws IOException {
        var header =
                "{'a':{'dtype':'%s','shape':[1,4],'data_offsets':[0,%d]}}".formatted(dtype, size);
        try (var file = open(header, size)) {
            assertThat(TestFiles.bytes(file, file.tensors().getFirst())).hasSize(size);
        }
    }

    @Test
    void noTensorsAreWorthAWarning() throws IOException {
        try (var file = open("{}", 0)) {
            assertThat(file.warnings()).singleElement().asString().endsWith(": holds no tensors");
        }
    }

    @Test
    void anUnknownFieldIsWorthAWarning() throws IOException {
        var header = "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2],'x':[{}]}}";
        try (var file = open(header, 2)) {
            assertThat(file.warnings())
                    .singleElement()
                    .asString()
                    .endsWith(": tensor 'a': unknown field 'x'");
        }
    }

    @Test
    void namesAreNeverPaths() throws IOException {
        try (var file = open("{" + A.replace("'a'", "'../../etc/x'") + "}", 2)) {
            assertThat(file.find("../../etc/x")).isPresent();
        }
    }

    // Length of the header

    @Test
    void aFileShorterThanALengthIsRefused() throws IOException {
        refused(path(new byte[7]), ErrorKind.MALFORMED, "is 7 bytes, expected at least 8");
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 1L << 31, 1L << 62, Long.MIN_VALUE, -1})
    void aLengthBeyondTheFileIsRefused(long length) throws IOException {
        var bytes =
                ByteBuffer.allocate(10)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(length)
                        .put("{}".getBytes(UTF_8));
        refused(
                path(bytes.array()),
                ErrorKind.MALFORMED,
                "header length is " + Long.toUnsignedString(length) + ", but only 2 bytes follow");
    }

    @Test
    void aHeaderOverTheLimitIsRefused() throws IOException {
        var path =
                path(
                        ByteBuffer.allocate(8)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(100_000_001)
                                .array());
        try (var sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(200_000_000);
        }
        refused(path, ErrorKind.LIMIT, "header length is 100000001, expected at most 100000000");
    }

    @Test
    void anEmptyHeaderIsRefused() throws IOException {
        refused(path(new byte[8]), ErrorKind.MALFORMED, "header does not begin with '{'");
    }

    // JSON

    @ParameterizedTest
    @ValueSource(strings = {" {}", "\uFEFF{}", "[]", "1", "null"})
    void aHeaderThatBeginsOtherwiseIsRefused(String header) throws IOException {
        refused(header, 0, "header does not begin with '{'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{'a'", "{}x", "{}\u0000", "{'a':1e400}", "{,}", "{'a':tru}"})
    void whatIsNoJsonIsRefused(String header) throws IOException {
        refused(path(file(header.replace('\'', '"').getBytes(UTF_8), 0)), ErrorKind.MALFORMED);
    }

    @Test
    void aSecondObjectAfterTheHeaderIsRefused() throws IOException {
        refused("{} {}", 0, "goes on after its JSON object");
    }

    @Test
    void utf16IsRefused() throws IOException {
        refused(path(file("{}".getBytes(UTF_16LE), 0)), ErrorKind.MALFORMED);
    }

    @Test
    void brokenUtf8IsRefusedWithItsPlace() throws IOException {
        var header = "{\"a\":\"\u00FF\"}".getBytes(ISO_8859_1);
        var problem = refused(path(file(header, 0)), ErrorKind.MALFORMED, "is not valid UTF-8");
        assertThat(problem.offset()).contains(14L);
    }

    @Test
    void overlongUtf8IsRefused() throws IOException {
        byte[] header = "{\"a??\":1}".getBytes(UTF_8);
        header[3] = (byte) 0xC0;
        header[4] = (byte) 0x80;
        refused(path(file(header, 0)), ErrorKind.MALFORMED, "is not valid UTF-8");
    }

    @Test
    void utf8AcrossWindowsIsOneCharacter() throws IOException {
        var name = "x".repeat(60_000);
        var text = "{'__metadata__':{'k':'%s'},".formatted("\u00E9\uD83D\uDE00".repeat(40_000));
        try (var file = open(text + A.replace("'a'", "'" + name + "'") + "}", 2)) {
            assertThat(file.metadata().get("k")).hasSize(120_000);
        }
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        refused("{'a':{'x':" + "[".repeat(200_000), 0, "is not valid JSON");
    }

    @Test
    void aNameOfAMegabyteIsRefused() throws IOException {
        refused(
                "{" + A.replace("'a'", "'" + "n".repeat(1 << 20) + "'") + "}",
                2,
                "is not valid JSON");
    }

    @Test
    void aTensorNamedTwiceIsRefused() throws IOException {
        refused("{" + A + "," + A + "}", 2, "Duplicate field 'a'");
    }

    @Test
    void aFieldNamedTwiceIsRefused() throws IOException {
        refused(
                "{'a':{'dtype':'U8','shape':[2],'shape':[2],'data_offsets':[0,2]}}",
                2,
                "Duplicate");
    }

    @Test
    void aMetadataKeyNamedTwiceIsRefused() throws IOException {
        refused("{'__metadata__':{'k':'1','k':'2'}}", 0, "Duplicate");
    }

    @Test
    void metadataNamedTwiceIsRefused() throws IOException {
        refused("{'__metadata__':{},'__metadata__':{}}", 0, "Duplicate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "{}", "[]", "true"})
    void aMetadataValueThatIsNoStringIsRefused(String value) throws IOException {
        refused(
                "{'__metadata__':{'k':" + value + "}}",
                0,
                "__metadata__ value of 'k' is no string");
    }

    @Test
    void metadataThatAreNoObjectAreRefused() throws IOException {
        refused("{'__metadata__':'x'}", 0, "__metadata__ is no JSON object");
    }

    @Test
    void aNameWithANulIsRefused() throws IOException {
        refused(
                "{" + A.replace("'a'", "'a\\u0000b'") + "}",
                2,
                "tensor 'a\\u{0}b' holds a control");
    }

    @Test
    void aNameWithAnEscapeIsRefusedAndPrintedHarmlessly() throws IOException {
        refused("{" + A.replace("'a'", "'\\u001b[31m'") + "}", 2, "'\\u{1b}[31m'");
    }

    @Test
    void aNameWithHalfASurrogatePairIsRefused() throws IOException {
        refused("{" + A.replace("'a'", "'\\ud800'") + "}", 2, "half of a surrogate pair");
    }

    // Entries

    @Test
    void anEntryThatIsNoObjectIsRefused() throws IOException {
        refused("{'a':[]}", 0, "tensor 'a': its entry is no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dtype", "shape", "data_offsets"})
    void aMissingFieldIsRefused(String field) throws IOException {
        refused("{" + A.replace(field, "other") + "}", 2, "tensor 'a': " + field + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"u8", "Q4_0", "C128", "F4_X", ""})
    void anUnknownTypeIsUnsupported(String dtype) throws IOException {
        var path = path(file(json("{" + A.replace("U8", dtype) + "}"), 2));
        refused(path, ErrorKind.UNSUPPORTED, "tensor 'a': dtype '" + dtype + "' is not known");
    }

    @Test
    void aTypeThatIsNoStringIsRefused() throws IOException {
        refused("{" + A.replace("'U8'", "8") + "}", 2, "tensor 'a': dtype is no string");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-2",
                "-0",
                "2.0",
                "'2'",
                "null",
                "true",
                "[2]",
                "2e0",
                "18446744073709551616"
            })
    void aDimensionThatIsNoWholeNumberIsRefused(String dimension) throws IOException {
        refused("{" + A.replace("[2]", "[" + dimension + "]") + "}", 2, "tensor 'a': shape holds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0,2", "-0,2", "0,'2'"})
    void anOffsetThatIsNoWholeNumberIsRefused(String offsets) throws IOException {
        refused("{" + A.replace("0,2", offsets) + "}", 2, "tensor 'a': data_offsets holds");
    }

    @Test
    void oneOffsetIsRefused() throws IOException {
        refused("{" + A.replace("0,2", "2") + "}", 2, "data_offsets are not two numbers");
    }

    @Test
    void threeOffsetsAreRefused() throws IOException {
        refused("{" + A.replace("0,2", "0,2,2") + "}", 2, "holds more than 2 numbers");
    }

    @Test
    void reversedOffsetsAreRefused() throws IOException {
        refused("{" + A.replace("0,2", "2,0") + "}", 2, "data_offsets end at 0, before begin 2");
    }

    @Test
    void aShapeThatIsNoArrayIsRefused() throws IOException {
        refused("{" + A.replace("[2]", "2") + "}", 2, "tensor 'a': shape is no JSON array");
    }

    @Test
    void nineDimensionsAreRefused() throws IOException {
        refused(
                "{" + A.replace("[2]", "[1,1,1,1,1,1,1,1,2]") + "}",
                2,
                "holds more than 8 numbers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1099511627777,0",
                "9223372036854775807,0",
                "1099511627776,1099511627776",
                "1099511627776,1099511627776,0"
            })
    void aShapeWhoseProductsOverflowIsRefused(String shape) throws IOException {
        refused("{" + A.replace("[2]", "[" + shape + "]") + "}", 2, "tensor 'a': shape [");
    }

    @Test
    void aSizeThatOverflowsIsRefused() throws IOException {
        var header = "{'a':{'dtype':'F64','shape':[1099511627776,1048576],'data_offsets':[0,2]}}";
        refused(header, 2, "tensor 'a': F64 [1099511627776, 1048576]");
    }

    @Test
    void aSizeOtherThanTheShapesIsRefusedWithBoth() throws IOException {
        var problem =
                refused(
                        "{" + A + "," + B.replace("[3]", "[4]") + "}",
                        5,
                        "tensor 'b': data_offsets [2, 5] hold 3 bytes, expected 4 for U8 [4]");
        assertThat(problem.offset()).contains(8L + 2 + A.length());
    }

    @Test
    void placesAreCountedInBytes() throws IOException {
        var metadata = "'__metadata__':{'k':'\u00E9\uD83D\uDE00\u4E2D'},";
        var problem = refused("{" + metadata + A.replace("[2]", "[3]") + "}", 2, "expected 3");
        assertThat(problem.offset()).contains(8L + 1 + metadata.getBytes(UTF_8).length);
    }

    @Test
    void elementsThatEndWithinAByteAreRefused() throws IOException {
        refused("{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,2]}}", 2, "no whole bytes");
    }

    @Test
    void rowsThatEndWithinAByteAreUnsupported() throws IOException {
        var header = "{'a':{'dtype':'F4','shape':[2,3],'data_offsets':[0,3]}}";
        refused(path(file(json(header), 3)), ErrorKind.UNSUPPORTED, "rows of F4 [2, 3]");
    }

    // Cover

    @Test
    void aHoleIsRefusedWithBothTensors() throws IOException {
        refused(
                "{" + A + "," + B.replace("2,5", "3,6") + "}",
                6,
                "tensor 'b': data_offsets [3, 6] leave a hole: expected to begin at 2, where tensor"
                        + " 'a' ends");
    }

    @Test
    void aHoleBeforeTheFirstTensorIsRefused() throws IOException {
        refused("{" + B + "}", 5, "tensor 'b'", "leave a hole", "where the header ends");
    }

    @Test
    void anOverlapIsRefusedWithBothTensors() throws IOException {
        refused(
                "{" + A + "," + B.replace("2,5", "1,4") + "}",
                4,
                "tensor 'b': data_offsets [1, 4] overlap: expected to begin at 2, where tensor 'a'"
                        + " ends");
    }

    @Test
    void twoTensorsOnOneRangeAreRefused() throws IOException {
        refused("{" + A + "," + A.replace("'a'", "'b'") + "}", 2, "tensor 'b'", "overlap", "'a'");
    }

    @Test
    void missingDataAreRefusedWithTheirNumber() throws IOException {
        refused("{" + A + "," + B + "}", 3, "2 bytes are missing: tensor 'b' ends at 5");
    }

    @Test
    void trailingBytesAreRefused() throws IOException {
        refused("{" + A + "}", 9, "7 bytes belong to no tensor, after tensor 'a'");
    }

    // Reading

    @Test
    void rowsOutsideTheTensorAreACallersMistake() throws IOException {
        try (var file = open("{" + A + "}", 2)) {
            assertThatThrownBy(() ->
                            file.readRows(
                                    file.tensors().getFirst(),
                                    1,
                                    2,
                                    MemorySegment.ofArray(new byte[2])))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void roomOfAnotherSizeIsACallersMistake() throws IOException {
        try (var file = open("{" + A + "}", 2)) {
            var room = MemorySegment.ofArray(new byte[3]);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> file.readRows(file.tensors().getFirst(), 0, 2, room));
        }
    }

    @Test
    void aTensorOfAnotherFileIsACallersMistake() throws IOException {
        try (var file = open("{" + A + "}", 2)) {
            var other = new TensorInfo("a", DType.I8, Shape.of(2));
            var room = MemorySegment.ofArray(new byte[2]);
            assertThatIllegalArgumentException().isThrownBy(() -> file.readRows(other, 0, 2, room));
        }
    }

    @Test
    void verifyNoticesAChangedFile() throws IOException {
        try (var file = open("{" + A + "}", 2)) {
            file.verify();
            Files.setLastModifiedTime(file.path(), FileTime.fromMillis(1));
            Refused.file(file::verify, ErrorKind.CHANGED, "changed while it was read");
        }
    }

    // Everything

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = file(json("{" + A + "," + B + "}"), 5);
        for (int length = 0; length < whole.length; length++) {
            var path = path(Arrays.copyOf(whole, length));
            refused(path, ErrorKind.MALFORMED);
        }
    }

    @Test
    void everyFlippedBitGivesARefusalOrAFileThatIsStillCovered() throws IOException {
        byte[] whole = file(json("{'__metadata__':{'k':'v'}," + A + "," + B + "}"), 5);
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try (var file = SafetensorsFile.open(path(flipped))) {
                assertThat(file.tensors().stream().mapToLong(TensorInfo::bytes).sum()).isEqualTo(5);
            } catch (FileException e) {
                assertThat(e.problem().kind()).isIn(ErrorKind.MALFORMED, ErrorKind.UNSUPPORTED);
            }
        }
    }

    private SafetensorsFile open(String header, int data) throws IOException {
        return SafetensorsFile.open(path(file(json(header), data)));
    }

    private Problem refused(String header, int data, String... words) throws IOException {
        return refused(path(file(json(header), data)), ErrorKind.MALFORMED, words);
    }

    private static Problem refused(Path path, ErrorKind kind, String... words) {
        return Refused.file(() -> SafetensorsFile.open(path).close(), kind, words);
    }

    private Path path(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.safetensors"), bytes);
    }

    private static byte[] json(String header) {
        return header.replace('\'', '"').getBytes(UTF_8);
    }

    /// A file with data 0, 1, 2 …
    private static byte[] file(byte[] header, int data) {
        var file =
                ByteBuffer.allocate(8 + header.length + data)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header);
        for (int i = 0; i < data; i++) {
            file.put((byte) i);
        }
        return file.array();
    }
}
