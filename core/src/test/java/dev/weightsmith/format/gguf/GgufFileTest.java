package dev.weightsmith.format.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.checkpoint.TestFiles;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.Refused;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.GgufBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of docs/specs/hostile-inputs.md#gguf.
class GgufFileTest {
    private static final int F32 = 0;
    private static final int Q4_0 = 2;

    @TempDir Path folder;

    // What is read

    @Test
    void dimensionsAreTurnedRound() throws IOException {
        try (var file = open(whole())) {
            assertThat(file.tensors())
                    .containsExactly(
                            new TensorInfo("m", DType.F32, Shape.of(2, 3)),
                            new TensorInfo("v", DType.F32, Shape.of(1)));
        }
    }

    @Test
    void rowsAreReadFromWhereTheTensorLies() throws IOException {
        byte[] bytes = whole();
        bytes[bytes.length - 64 + 12] = 7;
        bytes[bytes.length - 32] = 9;
        try (var file = open(bytes)) {
            byte[] row = new byte[12];
            file.readRows(file.tensors().getFirst(), 1, 1, MemorySegment.ofArray(row));
            assertThat(row).startsWith(7);
            assertThat(TestFiles.bytes(file, file.tensors().getLast())).startsWith(9);
        }
    }

    @Test
    void everyTypeOfValueIsRead() throws IOException {
        var bytes =
                GgufBytes.header(0, 13)
                        .key("u8", 0)
                        .raw((byte) 200)
                        .key("i8", 1)
                        .raw((byte) 200)
                        .key("u16", 2)
                        .raw((byte) 1, (byte) 0xFF)
                        .key("i16", 3)
                        .raw((byte) 1, (byte) 0xFF)
                        .key("u32", 4)
                        .u32(0xFFFFFFFFL)
                        .key("i32", 5)
                        .u32(0xFFFFFFFFL)
                        .key("f32", 6)
                        .u32(Float.floatToIntBits(1.5f))
                        .key("bool", 7)
                        .raw((byte) 1)
                        .key("text", 8)
                        .text("\u4E2D")
                        .key("u64", 10)
                        .u64(-1)
                        .key("i64", 11)
                        .u64(-1)
                        .key("f64", 12)
                        .u64(Double.doubleToLongBits(2.5))
                        .key("empty", 8)
                        .text("");
        try (var file = open(bytes.bytes())) {
            assertThat(file.metadata())
                    .containsExactly(
                            Map.entry("u8", new GgufValue.U8(200)),
                            Map.entry("i8", new GgufValue.I8((byte) -56)),
                            Map.entry("u16", new GgufValue.U16(0xFF01)),
                            Map.entry("i16", new GgufValue.I16((short) -255)),
                            Map.entry("u32", new GgufValue.U32(0xFFFFFFFFL)),
                            Map.entry("i32", new GgufValue.I32(-1)),
                            Map.entry("f32", new GgufValue.F32(1.5f)),
                            Map.entry("bool", new GgufValue.Bool(true)),
                            Map.entry("text", new GgufValue.Text("\u4E2D")),
                            Map.entry("u64", new GgufValue.U64(-1)),
                            Map.entry("i64", new GgufValue.I64(-1)),
                            Map.entry("f64", new GgufValue.F64(2.5)),
                            Map.entry("empty", new GgufValue.Text("")));
        }
    }

    @Test
    void everyKindOfArrayIsRead() throws IOException {
        var bytes =
                GgufBytes.header(0, 5)
                        .key("texts", 9)
                        .u32(8)
                        .u64(2)
                        .text("a")
                        .text("")
                        .key("f32s", 9)
                        .u32(6)
                        .u64(1)
                        .u32(Float.floatToIntBits(-1e9f))
                        .key("i32s", 9)
                        .u32(5)
                        .u64(2)
                        .u32(1)
                        .u32(-2)
                        .key("bools", 9)
                        .u32(7)
                        .u64(2)
                        .raw((byte) 0, (byte) 1)
                        .key("u16s", 9)
                        .u32(2)
                        .u64(1)
                        .raw((byte) 1, (byte) 2);
        try (var file = open(bytes.bytes())) {
            assertThat(file.metadata())
                    .containsEntry("texts", new GgufValue.Texts(List.of("a", "")))
                    .containsEntry("f32s", new GgufValue.F32s(new float[] {-1e9f}))
                    .containsEntry("i32s", new GgufValue.I32s(new int[] {1, -2}))
                    .containsEntry("bools", new GgufValue.Values(GgufType.BOOL, new byte[] {0, 1}))
                    .containsEntry(
                            "u16s", new GgufValue.Values(GgufType.UINT16, new byte[] {1, 2}));
        }
    }

    @Test
    void arraysKeptAsBytesGiveTheirValues() {
        var values = new GgufValue.Values(GgufType.UINT16, new byte[] {1, 0, 1, 2});
        assertThat(values.size()).isEqualTo(2);
        assertThat(values.value(1)).isEqualTo(new GgufValue.U16(0x0201));
    }

    @Test
    void stringsLongerThanTheWindowAreRead() throws IOException {
        var texts = List.of("a".repeat(70_000), "b".repeat(65_536), "c".repeat(200_000), "d");
        var bytes = GgufBytes.header(0, 4);
        for (int i = 0; i < 4; i++) {
            bytes.key("k" + i, 8).text(texts.get(i));
        }
        try (var file = open(bytes.bytes())) {
            assertThat(file.metadata().values())
                    .containsExactlyElementsOf(texts.stream().map(GgufValue.Text::new).toList());
        }
    }

    @Test
    void version2IsRead() throws IOException {
        byte[] bytes = whole();
        bytes[4] = 2;
        try (var file = open(bytes)) {
            assertThat(file.container()).isEqualTo("GGUF v2");
        }
    }

    @Test
    void paddingAfterTheLastTensorMayBeMissing() throws IOException {
        byte[] bytes = whole();
        try (var file = open(Arrays.copyOf(bytes, bytes.length - 28))) {
            assertThat(file.tensors()).hasSize(2);
        }
    }

    @Test
    void anotherAlignmentIsKept() throws IOException {
        var bytes =
                GgufBytes.header(2, 1)
                        .key("general.alignment", 4)
                        .u32(8)
                        .tensor("a", F32, 0, 1)
                        .tensor("b", F32, 8, 1);
        int header = bytes.bytes().length;
        bytes.zeros((8 - header % 8) % 8 + 16);
        try (var file = open(bytes.bytes())) {
            assertThat(file.tensors()).hasSize(2);
        }
    }

    // The beginning

    @Test
    void anotherMagicIsRefused() throws IOException {
        byte[] bytes = whole();
        bytes[0] = 'X';
        refused(bytes, "does not begin with GGUF");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 0xFFFF})
    void otherVersionsAreUnsupported(int version) throws IOException {
        var bytes = new GgufBytes().ascii("GGUF").u32(version).u64(0).u64(0).bytes();
        unsupported(bytes, "GGUF version is " + version + ", expected 2 or 3");
    }

    @Test
    void version0IsRefused() throws IOException {
        refused(new GgufBytes().ascii("GGUF").u32(0).u64(0).u64(0).bytes(), "version is 0");
    }

    @Test
    void bigEndianIsUnsupportedWithAHint() throws IOException {
        var bytes = new GgufBytes().ascii("GGUF").u32(0x03000000).u64(0).u64(0).bytes();
        var problem = unsupported(bytes, "is a big-endian GGUF file");
        assertThat(problem.hint()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 40, Long.MAX_VALUE, -1})
    void moreTensorsThanFitAreRefused(long count) throws IOException {
        refused(
                GgufBytes.header(count, 0).zeros(24).bytes(),
                Long.toUnsignedString(count) + " tensors are announced, but only 24 bytes follow");
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 1L << 40, -1})
    void moreMetadataThanFitAreRefused(long count) throws IOException {
        refused(
                GgufBytes.header(0, count).zeros(27).bytes(),
                Long.toUnsignedString(count) + " metadata values are announced");
    }

    @Test
    void tooManyMetadataAreOverTheLimit() throws IOException {
        var bytes = GgufBytes.header(0, 65_537).zeros(65_537 * 14).bytes();
        Refused.file(
                () -> open(bytes).close(),
                ErrorKind.LIMIT,
                "65537 metadata values, expected at most 65536");
    }

    // Keys and values

    @Test
    void anEmptyKeyIsRefused() throws IOException {
        refused(GgufBytes.header(0, 1).key("", 8).text("x").bytes(), "a key is empty");
    }

    @Test
    void aKeyThereTwiceIsRefused() throws IOException {
        var bytes = GgufBytes.header(0, 2).key("k", 0).raw((byte) 1).key("k", 0).raw((byte) 1);
        refused(bytes.bytes(), "key 'k' is there twice");
    }

    @Test
    void aKeyWithANulIsRefused() throws IOException {
        refused(GgufBytes.header(0, 1).key("a\0", 0).raw((byte) 1).bytes(), "control character");
    }

    @Test
    void aKeyOver65535BytesIsOverTheLimit() throws IOException {
        var bytes = GgufBytes.header(0, 1).key("k".repeat(70_000), 0).raw((byte) 1).bytes();
        Refused.file(() -> open(bytes).close(), ErrorKind.LIMIT, "a key is 70000 bytes long");
    }

    @Test
    void aKeyThatIsNoUtf8IsRefused() throws IOException {
        var bytes = GgufBytes.header(0, 1).u64(1).raw((byte) 0xFF).u32(0).raw((byte) 1);
        refused(bytes.bytes(), "is not valid UTF-8");
    }

    @Test
    void aTextThatIsNoUtf8IsRefused() throws IOException {
        var bytes = GgufBytes.header(0, 1).key("k", 8).u64(1).raw((byte) 0xFF);
        refused(bytes.bytes(), "is not valid UTF-8");
    }

    @Test
    void anArrayOfArraysIsUnsupported() throws IOException {
        unsupported(
                GgufBytes.header(0, 1).key("k", 9).u32(9).u64(0).bytes(),
                "value of 'k' is an array of arrays");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 62, -1, 5})
    void anArrayLongerThanTheFileIsRefused(long count) throws IOException {
        refused(
                GgufBytes.header(0, 1).key("k", 9).u32(4).u64(count).zeros(16).bytes(),
                "elements of value of 'k' are announced, but only 16 bytes follow");
    }

    @Test
    void moreStringsThanFitAreRefused() throws IOException {
        refused(
                GgufBytes.header(0, 1).key("k", 9).u32(8).u64(1L << 31).zeros(16).bytes(),
                "2147483648 elements of value of 'k' are announced");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, -1, 17})
    void aStringLongerThanTheFileIsRefused(long length) throws IOException {
        refused(
                GgufBytes.header(0, 1).key("k", 8).u64(length).zeros(16).bytes(),
                "value of 'k' is " + Long.toUnsignedString(length) + " bytes long");
    }

    @Test
    void aBoolOf2IsRefused() throws IOException {
        refused(GgufBytes.header(0, 1).key("k", 7).raw((byte) 2).bytes(), "is a bool of 2");
    }

    @Test
    void aBoolOf2InAnArrayIsRefused() throws IOException {
        refused(
                GgufBytes.header(0, 1).key("k", 9).u32(7).u64(1).raw((byte) 2).bytes(),
                "is a bool of 2");
    }

    @Test
    void anUnknownTypeOfValueIsRefused() throws IOException {
        refused(
                GgufBytes.header(0, 1).key("k", 13).raw((byte) 2).bytes(),
                "value of 'k': value type 13 is not known");
    }

    @Test
    void anUnknownTypeOfElementIsRefused() throws IOException {
        refused(
                GgufBytes.header(0, 1).key("k", 9).u32(99).u64(0).bytes(),
                "value of 'k': element type 99 is not known");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 13, 1L << 31, 1L << 21})
    void anAlignmentThatIsNoneIsRefused(long alignment) throws IOException {
        refused(
                GgufBytes.header(0, 1).key("general.alignment", 4).u32(alignment).bytes(),
                "general.alignment is U32[value=" + alignment + "], expected a power of two");
    }

    @Test
    void anAlignmentOfAnotherTypeIsRefused() throws IOException {
        refused(
                GgufBytes.header(0, 1).key("general.alignment", 5).u32(32).bytes(),
                "general.alignment is I32[value=32]");
    }

    // Tensors

    @Test
    void aNameOf64BytesIsRefusedWithAHint() throws IOException {
        var problem = refusedTensor("n".repeat(64), F32, 0, 1, "name is 64 bytes long");
        assertThat(problem.hint()).isPresent();
    }

    @Test
    void anEmptyNameIsRefused() throws IOException {
        refusedTensor("", F32, 0, 1, "a tensor's name is empty");
    }

    @Test
    void aNameWithANulIsRefused() throws IOException {
        refusedTensor("a\0b", F32, 0, 1, "control character");
    }

    @Test
    void aTensorThereTwiceIsRefused() throws IOException {
        var bytes = GgufBytes.header(2, 0).tensor("t", F32, 0, 1).tensor("t", F32, 32, 1);
        refused(bytes.pad().zeros(64).bytes(), "tensor 't' is there twice");
    }

    @Test
    void fiveDimensionsAreRefused() throws IOException {
        var bytes = GgufBytes.header(1, 0).tensor("t", F32, 0, 1, 1, 1, 1, 1).pad().zeros(32);
        refused(bytes.bytes(), "tensor 't': 5 dimensions, expected at most 4");
    }

    @Test
    void aDimensionOf0IsUnsupported() throws IOException {
        var bytes = GgufBytes.header(1, 0).tensor("t", F32, 0, 4, 0).pad().bytes();
        unsupported(bytes, "tensor 't': a dimension is 0 in [0, 4]");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, (1L << 40) + 1})
    void aDimensionBeyondReasonIsRefused(long dimension) throws IOException {
        refusedTensor("t", F32, 0, dimension, "tensor 't': F32 [" + dimension + "]");
    }

    @Test
    void dimensionsWhoseProductOverflowsAreRefused() throws IOException {
        var bytes = GgufBytes.header(1, 0).tensor("t", F32, 0, 1L << 40, 1L << 40).pad();
        refused(bytes.bytes(), "tensor 't': F32 [1099511627776, 1099511627776]");
    }

    @Test
    void aSizeThatOverflowsIsRefused() throws IOException {
        var bytes = GgufBytes.header(1, 0).tensor("t", F32, 0, 1L << 40, 1L << 22).pad();
        refused(bytes.bytes(), "tensor 't': F32 [4194304, 1099511627776]");
    }

    @Test
    void paddingThatOverflowsIsRefused() throws IOException {
        // 2^40 * (2^23 - 1) bytes, twice: their sum is beyond 2^63.
        long rows = (1L << 21) - 1;
        long bytes = (1L << 42) * rows;
        var file =
                GgufBytes.header(2, 0)
                        .tensor("t", F32, 0, 1L << 40, rows)
                        .tensor("u", F32, bytes, 1L << 40, rows);
        refused(file.pad().bytes(), "tensor 'u': ends beyond 2^63 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 31, 36, 40, 999, -1})
    void anUnknownTypeIsUnsupported(int type) throws IOException {
        unsupported(
                GgufBytes.header(1, 0).tensor("t", type, 0, 32).pad().zeros(32).bytes(),
                "tensor 't': ggml type " + Integer.toUnsignedString(type) + " is not known");
    }

    @Test
    void aRowOfHalfABlockIsRefused() throws IOException {
        var bytes = GgufBytes.header(1, 0).tensor("t", Q4_0, 0, 48, 2).pad().zeros(64).bytes();
        refused(bytes, "tensor 't': Q4_0 [2, 48]: a row of 48 elements");
    }

    @Test
    void aVectorInBlocksIsUnsupported() throws IOException {
        var bytes = GgufBytes.header(1, 0).tensor("t", Q4_0, 0, 32).pad().zeros(32).bytes();
        unsupported(bytes, "tensor 't': a vector in blocks of Q4_0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 16, 33, 64, -1})
    void anOffsetThatDoesNotFollowIsRefused(long offset) throws IOException {
        var bytes = GgufBytes.header(2, 0).tensor("a", F32, 0, 1).tensor("b", F32, offset, 1);
        refused(
                bytes.pad().zeros(128).bytes(),
                "tensor 'b': offset is "
                        + Long.toUnsignedString(offset)
                        + ", expected 32 where tensor 'a' ends");
    }

    @Test
    void missingDataAreRefusedWithTheirNumber() throws IOException {
        byte[] bytes = whole();
        refused(
                Arrays.copyOf(bytes, bytes.length - 29),
                "1 bytes are missing: tensor 'v' ends at byte " + (bytes.length - 28));
    }

    @Test
    void trailingBytesAreRefused() throws IOException {
        byte[] bytes = whole();
        refused(Arrays.copyOf(bytes, bytes.length + 77), "77 bytes follow the last tensor");
    }

    // Everything

    @Test
    void everyTruncationOfTheHeaderIsRefused() throws IOException {
        byte[] whole = whole();
        for (int length = 0; length < whole.length - 28; length++) {
            refused(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void everyFlippedBitGivesARefusalOrASoundFile() throws IOException {
        byte[] whole = whole();
        for (int bit = 0; bit < 8 * Math.min(whole.length, 1024); bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try (var file = open(flipped)) {
                for (var tensor : file.tensors()) {
                    assertThat(TestFiles.bytes(file, tensor).length).isLessThan(100);
                }
            } catch (FileException e) {
                assertThat(e.problem().kind())
                        .isIn(ErrorKind.MALFORMED, ErrorKind.UNSUPPORTED, ErrorKind.LIMIT);
            }
        }
    }

    /// Every kind of value, a matrix and a vector.
    private static byte[] whole() {
        return GgufBytes.header(2, 5)
                .key("text", 8)
                .text("llama")
                .key("flag", 7)
                .raw((byte) 1)
                .key("texts", 9)
                .u32(8)
                .u64(2)
                .text("a")
                .text("bc")
                .key("floats", 9)
                .u32(6)
                .u64(2)
                .u64(0)
                .key("count", 4)
                .u32(7)
                .tensor("m", F32, 0, 3, 2)
                .tensor("v", F32, 32, 1)
                .pad()
                .zeros(64)
                .bytes();
    }

    private Problem refusedTensor(
            String name, int type, long offset, long dimension, String... words)
            throws IOException {
        return refused(
                GgufBytes.header(1, 0).tensor(name, type, offset, dimension).pad().bytes(), words);
    }

    private GgufFile open(byte[] bytes) throws IOException {
        return GgufFile.open(Files.write(folder.resolve("model.gguf"), bytes));
    }

    private Problem refused(byte[] bytes, String... words) {
        return Refused.file(() -> open(bytes).close(), ErrorKind.MALFORMED, words);
    }

    private Problem unsupported(byte[] bytes, String... words) {
        return Refused.file(() -> open(bytes).close(), ErrorKind.UNSUPPORTED, words);
    }
}
