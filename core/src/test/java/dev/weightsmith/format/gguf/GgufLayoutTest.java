package dev.weightsmith.format.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.checkpoint.TestFiles;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import dev.weightsmith.testing.GgufBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufLayoutTest {
    private static final SequencedMap<String, GgufValue> NONE = new LinkedHashMap<>();
    private static final TensorInfo MATRIX = new TensorInfo("m", DType.F32, Shape.of(2, 3));

    @TempDir Path folder;

    @Test
    void bytesAreThoseOfTheFormat() throws IOException {
        var metadata = new LinkedHashMap<String, GgufValue>();
        metadata.put("k", new GgufValue.Text("v"));
        var layout = GgufLayout.of(metadata, List.of(MATRIX));
        byte[] expected =
                GgufBytes.header(1, 1)
                        .key("k", 8)
                        .text("v")
                        .tensor("m", 0, 0, 3, 2)
                        .pad()
                        .raw(TestFiles.pattern(MATRIX))
                        .pad()
                        .bytes();
        var file = TestFiles.write(folder.resolve("f.gguf"), layout, TestFiles::pattern);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
        assertThat(layout.size()).isEqualTo(expected.length);
    }

    @Test
    void everyTypeOfValueIsReadAgain() throws IOException {
        var metadata = new LinkedHashMap<String, GgufValue>();
        metadata.put("u8", new GgufValue.U8(255));
        metadata.put("i8", new GgufValue.I8((byte) -1));
        metadata.put("u16", new GgufValue.U16(65_535));
        metadata.put("i16", new GgufValue.I16((short) -1));
        metadata.put("u32", new GgufValue.U32(0xFFFFFFFFL));
        metadata.put("i32", new GgufValue.I32(-1));
        metadata.put("f32", new GgufValue.F32(1e-5f));
        metadata.put("bool", new GgufValue.Bool(true));
        metadata.put("text", new GgufValue.Text(""));
        metadata.put("u64", new GgufValue.U64(-1));
        metadata.put("i64", new GgufValue.I64(Long.MIN_VALUE));
        metadata.put("f64", new GgufValue.F64(1e-300));
        metadata.put("texts", new GgufValue.Texts(List.of("\u2581a", "", "\uD83D\uDE00")));
        metadata.put("f32s", new GgufValue.F32s(new float[] {Float.NaN, -0f}));
        metadata.put("i32s", new GgufValue.I32s(new int[3000]));
        metadata.put("u8s", new GgufValue.Values(GgufType.UINT8, new byte[] {1, 2}));
        metadata.put("none", new GgufValue.Values(GgufType.FLOAT64, new byte[0]));
        var layout = GgufLayout.of(metadata, List.of());
        var path = TestFiles.write(folder.resolve("f.gguf"), layout, TestFiles::pattern);
        try (var file = GgufFile.open(path)) {
            assertThat(file.metadata()).containsExactlyEntriesOf(metadata);
        }
    }

    @Test
    void theAlignmentOfTheMetadataIsKept() {
        var metadata = new LinkedHashMap<String, GgufValue>();
        metadata.put("general.alignment", new GgufValue.U32(4096));
        var layout = GgufLayout.of(metadata, List.of(MATRIX, MATRIX.withName("n")));
        assertThat(layout.offset(1)).isEqualTo(8192);
        assertThat(layout.size()).isEqualTo(12288);
    }

    @ParameterizedTest
    @EnumSource(names = {"U8", "U64", "BOOL", "F8_E4M3", "C64"})
    void aTypeThatGgmlHasNotIsRefused(DType dtype) {
        refused(new TensorInfo("t", dtype, Shape.of(2)), "tensor 't': GGUF has no type " + dtype);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 70})
    void aNameOfThatManyBytesIsRefused(int length) {
        refused(MATRIX.withName("n".repeat(length)), "of " + length + " bytes, expected 1 to 63");
    }

    @Test
    void anEmptyTensorIsRefused() {
        refused(new TensorInfo("t", DType.F32, Shape.of(0, 3)), "not [0, 3]");
    }

    @Test
    void fiveDimensionsAreRefused() {
        refused(new TensorInfo("t", DType.F32, Shape.of(1, 1, 1, 1, 1)), "up to 4 dimensions");
    }

    @Test
    void anEmptyKeyIsRefused() {
        var metadata = new LinkedHashMap<String, GgufValue>();
        metadata.put("", new GgufValue.Bool(true));
        Refused.plan(
                () -> GgufLayout.of(metadata, List.of()),
                ErrorKind.UNSUPPORTED,
                "no GGUF key can be ''");
    }

    private static void refused(TensorInfo tensor, String words) {
        Refused.plan(() -> GgufLayout.of(NONE, List.of(tensor)), ErrorKind.UNSUPPORTED, words);
    }
}
