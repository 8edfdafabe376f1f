package dev.weightsmith.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.checkpoint.TestFiles;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.gguf.GgufLayout;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tensor `rope_freqs.weight` as a file has it.
class RopeFrequenciesTest {
    @TempDir private Path folder;

    private GgufFile file(String name, DType dtype, Shape shape, byte[] bytes) throws IOException {
        Path path = folder.resolve("m.gguf");
        var layout =
                GgufLayout.of(new LinkedHashMap<>(), List.of(new TensorInfo(name, dtype, shape)));
        return GgufFile.open(TestFiles.write(path, layout, _ -> bytes));
    }

    @Test
    void valuesComeInOrder() throws IOException {
        byte[] bytes =
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(1)
                        .putFloat(2.5f)
                        .putFloat(8)
                        .array();
        try (var file = file("rope_freqs.weight", DType.F32, Shape.of(3), bytes)) {
            assertThat(RopeFrequencies.read(file)).containsExactly(1f, 2.5f, 8f);
        }
    }

    @Test
    void fileWithoutTheTensorHasNone() throws IOException {
        try (var file = file("output_norm.weight", DType.F32, Shape.of(1), new byte[4])) {
            assertThat(RopeFrequencies.read(file)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"F16, 4, 1", "F32, 2, 2", "F32, 65537, 1"})
    void tensorOfAnotherTypeOrShapeIsRefused(DType type, int rows, int columns) throws IOException {
        Shape shape = columns == 1 ? Shape.of(rows) : Shape.of(rows, columns);
        byte[] bytes = new byte[Math.toIntExact(new TensorInfo("t", type, shape).bytes())];
        try (var file = file("rope_freqs.weight", type, shape, bytes)) {
            assertThatThrownBy(() -> RopeFrequencies.read(file))
                    .isInstanceOf(FileException.class)
                    .hasMessageContaining("expected F32 with half as many elements as a head");
        }
    }
}
