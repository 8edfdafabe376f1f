package dev.weightsmith.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.format.Refused;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContiguousLayoutTest {
    private static final TensorInfo THREE = new TensorInfo("three", DType.U8, Shape.of(3));
    private static final TensorInfo NONE = new TensorInfo("none", DType.U8, Shape.of(0, 4));
    private static final TensorInfo TWO = new TensorInfo("two", DType.U8, Shape.of(2));

    @TempDir Path folder;

    @Test
    void bytesStandWhereTheLayoutSays() throws IOException {
        var layout = layout(4, NONE, THREE, NONE.withName("none too"), TWO);
        byte[] written = write(layout, new byte[] {1, 2, 3}, new byte[] {4, 5});
        assertThat(written).containsExactly('h', 0, 0, 0, 1, 2, 3, 0, 4, 5, 0, 0);
        assertThat(written).hasSize((int) layout.size());
        assertThat(written[(int) layout.offset(3)]).isEqualTo((byte) 4);
    }

    @Test
    void alignmentOneLeavesNoByteBetween() throws IOException {
        byte[] written = write(layout(1, THREE, TWO), new byte[] {1, 2, 3}, new byte[] {4, 5});
        assertThat(written).containsExactly('h', 1, 2, 3, 4, 5);
    }

    @Test
    void aTensorMayComeInPieces() throws IOException {
        byte[] written = write(layout(4, THREE), new byte[] {1}, new byte[0], new byte[] {2, 3});
        assertThat(written).containsExactly('h', 0, 0, 0, 1, 2, 3, 0);
    }

    @Test
    void emptyTensorsAloneAreComplete() throws IOException {
        assertThat(write(layout(4, NONE))).containsExactly('h', 0, 0, 0);
    }

    @Test
    void bytesOfTwoTensorsAtOnceAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> write(layout(4, THREE, TWO), new byte[5]))
                .withMessage("tensor three: 5 bytes, expected at most 3");
    }

    @Test
    void halfATensorIsNotAFile() {
        assertThatIllegalStateException()
                .isThrownBy(() -> write(layout(4, THREE, TWO), new byte[3], new byte[1]))
                .withMessage("tensor two: 1 bytes are missing");
    }

    @Test
    void bytesAfterTheLastTensorAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> write(layout(4, TWO), new byte[2], new byte[1]))
                .withMessage("1 bytes after the last tensor");
    }

    @Test
    void twoTensorsOfOneNameAreRefused() {
        Refused.plan(
                () -> layout(4, TWO, TWO),
                ErrorKind.MISMATCH,
                "tensor 'two' would be in one file twice");
    }

    private static FileLayout layout(int alignment, TensorInfo... tensors) {
        return new ContiguousLayout(new byte[] {'h'}, List.of(tensors), alignment);
    }

    private byte[] write(FileLayout layout, byte[]... pieces) throws IOException {
        var path = folder.resolve("file");
        try (var file = OutputFile.create(path)) {
            var writer = layout.writer(file);
            for (var piece : pieces) {
                writer.append(MemorySegment.ofArray(piece));
            }
            writer.finish();
        }
        return Files.readAllBytes(path);
    }
}
