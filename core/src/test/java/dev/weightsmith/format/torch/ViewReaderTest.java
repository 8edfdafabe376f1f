package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.io.InputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows of views are what indexing element by element gives, and their CRC that of the storage.
class ViewReaderTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16})
    void anyRowsOfAnyViewAreGathered(int elementBytes) throws IOException {
        var random = new Random(elementBytes);
        byte[] storage = new byte[elementBytes * 4096];
        random.nextBytes(storage);
        var path = Files.write(folder.resolve("storage"), storage);
        try (var file = InputFile.open(path)) {
            for (int i = 0; i < 300; i++) {
                compare(file, storage, elementBytes, randomView(random), random);
            }
        }
    }

    private static TensorView randomView(Random random) {
        while (true) {
            int rank = random.nextInt(5);
            long[] sizes = random.longs(rank, 1, 12).toArray();
            long[] strides = random.longs(rank, 0, 80).toArray();
            if (random.nextBoolean() && rank > 0) {
                strides[random.nextInt(rank)] = 1;
            }
            try {
                return TensorView.of(random.nextInt(50), sizes, strides, 4096);
            } catch (IllegalArgumentException e) {
                // It leaves the storage; the next may not.
            }
        }
    }

    private static void compare(
            InputFile file, byte[] storage, int elementBytes, TensorView view, Random random)
            throws IOException {
        long rows = view.shape().rows();
        long first = random.nextLong(rows);
        long count = random.nextLong(rows - first + 1);
        int rowElements = (int) view.shape().columns();
        byte[] actual = new byte[(int) (count * rowElements * elementBytes)];
        var checksum = new RecordChecksum(storage.length);
        var bytes = new StorageBytes(file, 0, storage.length, Optional.of(checksum));
        ViewReader.read(bytes, view, elementBytes, first, count, MemorySegment.ofArray(actual));

        byte[] expected = new byte[actual.length];
        for (int i = 0; i < count * rowElements; i++) {
            long element = element(view, first * rowElements + i);
            System.arraycopy(
                    storage,
                    (int) element * elementBytes,
                    expected,
                    i * elementBytes,
                    elementBytes);
        }
        assertThat(actual).as(view.toString()).isEqualTo(expected);
        assertThat(checksum.complete(bytes::read)).isEqualTo(crc(storage));
    }

    /// Where element `index` of the view lies in its storage.
    private static long element(TensorView view, long index) {
        long element = view.offset();
        for (int axis = view.shape().rank() - 1; axis >= 0; axis--) {
            element += index % view.shape().dimension(axis) * view.strides()[axis];
            index /= view.shape().dimension(axis);
        }
        return element;
    }

    @Test
    void aTransposedMatrixIsReadInChunks() throws IOException {
        int rows = 700;
        int columns = 3000;
        var matrix = ByteBuffer.allocate(rows * columns * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows * columns; i++) {
            matrix.putInt(i);
        }
        var path = Files.write(folder.resolve("storage"), matrix.array());
        try (var file = InputFile.open(path)) {
            var view =
                    TensorView.of(
                            0,
                            new long[] {columns, rows},
                            new long[] {1, columns},
                            matrix.capacity() / 4);
            var storage = new StorageBytes(file, 0, matrix.capacity(), Optional.empty());
            var chunk = ByteBuffer.allocate(64 * rows * 4).order(ByteOrder.LITTLE_ENDIAN);
            ViewReader.read(storage, view, 4, 1000, 64, MemorySegment.ofArray(chunk.array()));
            for (int i = 0; i < 64 * rows; i++) {
                assertThat(chunk.getInt()).isEqualTo(i % rows * columns + 1000 + i / rows);
            }
        }
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
