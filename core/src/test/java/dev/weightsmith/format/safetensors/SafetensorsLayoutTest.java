package dev.weightsmith.format.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.checkpoint.TestFiles;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsLayoutTest {
    private static final TensorInfo MATRIX = new TensorInfo("m", DType.F16, Shape.of(2, 3));
    private static final TensorInfo BYTES = new TensorInfo("a", DType.U8, Shape.of(3));

    @TempDir Path folder;

    @Test
    void headerIsCompactAndFilledUpWithSpaces() throws IOException {
        byte[] file = write(List.of(MATRIX, BYTES), Map.of("format", "pt"));
        var expected =
                "{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"m\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[12,15]}}";
        var header = new String(Arrays.copyOfRange(file, 8, file.length - 15), UTF_8);
        assertThat(header).isEqualTo(expected + " ".repeat(7 - (expected.length() - 1) % 8));
        assertThat(file[0]).isEqualTo((byte) header.length());
    }

    @Test
    void noMetadataLeaveNoTrace() throws IOException {
        byte[] file = write(List.of(), Map.of());
        assertThat(new String(file, 8, 8, UTF_8)).isEqualTo("{}      ");
        assertThat(file).hasSize(16);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        var none = new TensorInfo("none \u4E2D\uD83D\uDE00 \"\\", DType.F32, Shape.of(0, 9));
        var scalar = new TensorInfo("", DType.C64, Shape.of());
        var tensors = List.of(MATRIX, none, BYTES, scalar);
        write(tensors, Map.of("k", "line\nline"));
        try (var file = SafetensorsFile.open(folder.resolve("f"))) {
            assertThat(file.tensors()).containsExactlyElementsOf(tensors);
            assertThat(file.metadata()).containsEntry("k", "line\nline");
            for (var tensor : tensors) {
                assertThat(TestFiles.bytes(file, tensor)).isEqualTo(TestFiles.pattern(tensor));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_0", "Q6_K", "C128"})
    void aTypeOfOtherFormatsIsRefused(DType dtype) {
        var tensor = new TensorInfo("t", dtype, Shape.of(1, 256));
        Refused.plan(
                () -> SafetensorsLayout.of(List.of(tensor), Map.of()),
                ErrorKind.UNSUPPORTED,
                "tensor 't': safetensors has no type " + dtype);
    }

    @Test
    void aTensorCalledMetadataIsRefused() {
        Refused.plan(
                () -> SafetensorsLayout.of(List.of(BYTES.withName("__metadata__")), Map.of()),
                ErrorKind.UNSUPPORTED,
                "'__metadata__'");
    }

    @Test
    void aNameThatReadersRefuseIsNotWritten() {
        Refused.plan(
                () -> SafetensorsLayout.of(List.of(BYTES.withName("a\0")), Map.of()),
                ErrorKind.UNSUPPORTED,
                "control character");
    }

    private byte[] write(List<TensorInfo> tensors, Map<String, String> metadata)
            throws IOException {
        var layout = SafetensorsLayout.of(tensors, metadata);
        var path = TestFiles.write(folder.resolve("f"), layout, TestFiles::pattern);
        assertThat(Files.size(path)).isEqualTo(layout.size());
        return Files.readAllBytes(path);
    }
}
