package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.SharedData;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What PyTorch 1.13 wrote is written again from its tensors, byte for byte.
class TorchZipLayoutTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mha/expected-pth-1shard/consolidated.00.pth",
                "mha/expected-pth-2shard/consolidated.00.pth",
                "mha/expected-pth-2shard/consolidated.01.pth",
                "mha/base-hf-bin/pytorch_model-00001-of-00002.bin",
                "mha/base-hf-bin/pytorch_model-00002-of-00002.bin",
                "mha/lora-1/adapter_model.bin",
                "mha/lora-2/adapter_model.bin",
                "tiny/expected-alpaca-plus-hf-bin/pytorch_model-00001-of-00002.bin",
                "tiny/expected-alpaca-plus-hf-bin/pytorch_model-00002-of-00002.bin",
                "tiny/base-hf-bin/pytorch_model-00001-of-00002.bin",
                "tiny/base-hf-bin/pytorch_model-00002-of-00002.bin",
                "tiny/base-meta/consolidated.00.pth",
                "tiny/base-meta-2shard/consolidated.00.pth",
                "tiny/base-meta-2shard/consolidated.01.pth",
                "tiny/lora-llama-plus/adapter_model.bin",
                "tiny/lora-alpaca-plus/adapter_model.bin",
            })
    void filesOfPyTorchAreWrittenAgain(String name) throws IOException {
        var original = SharedData.path(name);
        String fileName = original.getFileName().toString();
        try (var source = TorchFile.open(original)) {
            var layout = TorchZipLayout.of(fileName, source.tensors());
            var copy = written(fileName, layout, source);
            assertThat(Files.readAllBytes(copy)).isEqualTo(Files.readAllBytes(original));
            assertThat(layout.size()).isEqualTo(Files.size(original));
        }
    }

    private Path written(String name, TorchZipLayout layout, TorchFile source) throws IOException {
        var path = folder.resolve(name);
        try (var file = OutputFile.create(path)) {
            var writer = layout.writer(file);
            for (int i = 0; i < layout.tensors().size(); i++) {
                assertThat(layout.offset(i) % 64).isZero();
                var tensor = layout.tensors().get(i);
                byte[] rows = new byte[(int) tensor.bytes()];
                source.readRows(tensor, 0, tensor.rows(), MemorySegment.ofArray(rows));
                // In two pieces, so that CRCs are joined.
                var bytes = MemorySegment.ofArray(rows);
                writer.append(bytes.asSlice(0, rows.length / 3));
                assertThat(file.position()).isEqualTo(layout.offset(i) + rows.length / 3);
                writer.append(bytes.asSlice(rows.length / 3));
            }
            writer.finish();
        }
        return path;
    }

    @Test
    void storagesStandInTheOrderOfTheirKeysAsText() {
        var tensors = IntStream.range(0, 12).mapToObj(i -> tensor("t" + i, DType.F16, 1)).toList();
        assertThat(TorchZipLayout.of("model.bin", tensors).tensors())
                .extracting(TensorInfo::name)
                .containsExactly(
                        "t0", "t1", "t10", "t11", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 999, 1000, 1001, 2000})
    void anyNumberOfTensorsComesBack(int count) throws IOException {
        var tensors =
                IntStream.range(0, count).mapToObj(i -> tensor("t" + i, DType.I32, 1)).toList();
        var layout = TorchZipLayout.of("model.bin", tensors);
        var path = folder.resolve("model.bin");
        try (var file = OutputFile.create(path)) {
            var writer = layout.writer(file);
            for (var tensor : layout.tensors()) {
                int value = Integer.parseInt(tensor.name().substring(1));
                writer.append(
                        MemorySegment.ofArray(
                                ByteBuffer.allocate(4)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .putInt(value)
                                        .array()));
            }
            writer.finish();
        }
        try (var file = TorchFile.open(path)) {
            assertThat(file.tensors()).isEqualTo(tensors);
            for (int i = 0; i < count; i++) {
                byte[] value = new byte[4];
                file.readRows(tensors.get(i), 0, 1, MemorySegment.ofArray(value));
                assertThat(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt())
                        .isEqualTo(i);
            }
            file.verify();
        }
    }

    @Test
    void scalarsEmptiesAndFourDimensionsComeBack() throws IOException {
        var tensors =
                List.of(
                        new TensorInfo("scalar", DType.F64, Shape.of()),
                        new TensorInfo("empty", DType.BF16, Shape.of(0, 4)),
                        new TensorInfo("four", DType.U8, Shape.of(2, 3, 1, 5)),
                        new TensorInfo("nothing", DType.BOOL, Shape.of(0)));
        var layout = TorchZipLayout.of("model.bin", tensors);
        var path = folder.resolve("model.bin");
        try (var file = OutputFile.create(path)) {
            var writer = layout.writer(file);
            for (var tensor : layout.tensors()) {
                writer.append(MemorySegment.ofArray(new byte[(int) tensor.bytes()]));
            }
            writer.finish();
            assertThat(file.position()).isEqualTo(layout.size());
        }
        try (var file = TorchFile.open(path)) {
            assertThat(file.tensors()).isEqualTo(tensors);
        }
    }

    /// Two tensors of zeros beyond 4 GB, and small ones around them, in a file with holes.
    @Test
    void largeFilesHaveZip64WhereItIsNeeded() throws IOException {
        var tensors =
                List.of(
                        tensor("small", DType.F32, 3),
                        tensor("large", DType.F16, 3L << 30),
                        tensor("after", DType.F32, 5),
                        new TensorInfo("empty", DType.F32, Shape.of(0)),
                        tensor("larger", DType.U8, 0xffffffffL),
                        tensor("last", DType.I32, 1));
        var layout = TorchZipLayout.of("model.pth", tensors);
        var path = folder.resolve("model.pth");
        writeSparse(path, layout);
        try (var file = TorchFile.open(path)) {
            assertThat(file.tensors()).isEqualTo(tensors);
            for (String name : List.of("small", "after", "last")) {
                var tensor = file.find(name).orElseThrow();
                file.readRows(
                        tensor,
                        0,
                        tensor.rows(),
                        MemorySegment.ofArray(new byte[(int) tensor.bytes()]));
            }
            file.verify();
            var large = file.find("large").orElseThrow();
            file.readRows(large, large.rows() - 8, 8, MemorySegment.ofArray(new byte[16]));
        }
    }

    private static void writeSparse(Path path, TorchZipLayout layout) throws IOException {
        var members = layout.members();
        int[] crcs = members.stream().mapToInt(m -> crcOfZeros(m.size())).toArray();
        try (var channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(layout.leader()), 0);
            for (int i = 0; i < crcs.length; i++) {
                var member = members.get(i);
                channel.write(ByteBuffer.wrap(member.header()), member.offset());
                channel.write(
                        ByteBuffer.wrap(member.descriptor(crcs[i])),
                        member.dataOffset() + member.size());
            }
            channel.write(ByteBuffer.wrap(layout.trailer(crcs)), members.getLast().end());
            assertThat(channel.size()).isEqualTo(layout.size());
        }
    }

    private static int crcOfZeros(long count) {
        int crc = 0;
        int block = Crc32.of(MemorySegment.ofArray(new byte[1]));
        long length = 1;
        for (long rest = count; rest > 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                crc = Crc32.join(crc, block, length);
            }
            block = Crc32.join(block, block, length);
            length *= 2;
        }
        return crc;
    }

    /// By the book: sizes, then the offset; the local header does not know the packed size yet.
    @Test
    void zip64FieldsAreThoseOfPyTorch() {
        var both = new ZipMember("m/data/0", 1L << 33, 1L << 32);
        var local = ByteBuffer.wrap(both.header()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(local.getInt(18)).isZero();
        assertThat(local.getShort(38)).isEqualTo((short) 1);
        assertThat(local.getShort(40)).isEqualTo((short) 24);
        assertThat(local.getLong(42)).isEqualTo(1L << 33);
        assertThat(local.getLong(50)).isZero();
        assertThat(local.getLong(58)).isEqualTo(1L << 32);
        assertThat(both.dataOffset() % 64).isZero();

        var central = ByteBuffer.wrap(both.central(7)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(central.getInt(20)).isEqualTo(-1);
        assertThat(central.getInt(42)).isEqualTo(-1);
        assertThat(central.getLong(58)).isEqualTo(1L << 33);
        assertThat(central.getLong(66)).isEqualTo(1L << 33);
        assertThat(central.getLong(74)).isEqualTo(1L << 32);
        assertThat(both.descriptor(7)).hasSize(24);
    }

    @Test
    void aSmallMemberBeyondFourGigabytesHasItsOffsetOnly() {
        var member = new ZipMember("m/data/0", 8, 0xffffffffL);
        var central = ByteBuffer.wrap(member.central(7)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(central.getInt(20)).isEqualTo(8);
        assertThat(central.getShort(30)).isEqualTo((short) 12);
        assertThat(central.getLong(58)).isEqualTo(0xffffffffL);
        assertThat(member.descriptor(7)).hasSize(24);
    }

    @Test
    void theLargestMemberWithoutZip64HasNone() {
        var member = new ZipMember("m/data/0", 0xfffffffeL, 0xfffffffeL);
        assertThat(member.central(7)).hasSize(46 + 8);
        assertThat(member.descriptor(7)).hasSize(16);
    }

    @Test
    void typesThatPyTorch113DoesNotHaveAreNamed() {
        var tensors = List.of(tensor("w", DType.F8_E4M3, 4));
        assertThatThrownBy(() -> TorchZipLayout.of("model.bin", tensors))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("tensor 'w' is F8_E4M3, which PyTorch 1.13 cannot hold");
    }

    @Test
    void bytesOfTwoTensorsAtOnceAreAMistake() throws IOException {
        var layout =
                TorchZipLayout.of(
                        "model.bin", List.of(tensor("a", DType.U8, 4), tensor("b", DType.U8, 4)));
        try (var file = OutputFile.create(folder.resolve("model.bin"))) {
            var writer = layout.writer(file);
            assertThatThrownBy(() -> writer.append(MemorySegment.ofArray(new byte[5])))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aFileThatLacksBytesIsNotFinished() throws IOException {
        var layout = TorchZipLayout.of("model.bin", List.of(tensor("a", DType.U8, 4)));
        try (var file = OutputFile.create(folder.resolve("model.bin"))) {
            var writer = layout.writer(file);
            writer.append(MemorySegment.ofArray(new byte[3]));
            assertThatThrownBy(writer::finish)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a lacks 1 bytes");
        }
    }

    private static TensorInfo tensor(String name, DType dtype, long size) {
        return new TensorInfo(name, dtype, Shape.of(size));
    }
}
