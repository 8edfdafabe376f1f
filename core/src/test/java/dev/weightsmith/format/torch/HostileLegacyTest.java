package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.testing.PickleBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The legacy files of docs/specs/hostile-inputs.md#pytorch.
class HostileLegacyTest {
    private static final byte[] FLOATS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final byte[] OS_SYSTEM =
            PickleBuilder.protocol(2)
                    .global("os", "system")
                    .op('(')
                    .text("true")
                    .op('t', 'R', '.')
                    .bytes();

    @TempDir Path folder;
    private TorchProbe probe;

    /// The five pickles of a file with one tensor, and what follows them.
    private byte[][] parts;

    @BeforeEach
    void begin() {
        probe = new TorchProbe(folder);
        parts =
                new byte[][] {
                    PickleBuilder.protocol(2)
                            .op(Opcode.LONG1, 10)
                            .op(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.')
                            .bytes(),
                    PickleBuilder.protocol(2).op('M', 0xe9, 3, '.').bytes(),
                    system(true, 4),
                    object(false),
                    PickleBuilder.protocol(2).op(']').text("77").op('a', '.').bytes(),
                    new PickleBuilder().int64(4).raw(FLOATS).bytes(),
                };
    }

    private static byte[] system(boolean little, int longBytes) {
        return PickleBuilder.protocol(2)
                .op('}', '(')
                .text("protocol_version")
                .integer(1001)
                .text("little_endian")
                .op(little ? Opcode.NEWTRUE : Opcode.NEWFALSE)
                .text("type_sizes")
                .op('}', '(')
                .text("short")
                .integer(2)
                .text("int")
                .integer(4)
                .text("long")
                .integer(longBytes)
                .op('u', 'u', '.')
                .bytes();
    }

    private static byte[] object(boolean view) {
        var pickle =
                PickleBuilder.protocol(2)
                        .op('}')
                        .text("w")
                        .global("torch._utils", "_rebuild_tensor_v2")
                        .op('(', '(')
                        .text("storage")
                        .global("torch", "FloatStorage")
                        .text("77")
                        .text("cpu")
                        .integer(4);
        return (view ? pickle.integers(1, 2, 3) : pickle.op('N'))
                .op('t', 'Q')
                .integer(0)
                .integers(4)
                .integers(1)
                .op(Opcode.NEWFALSE)
                .orderedDict()
                .op('t', 'R', 's', '.')
                .bytes();
    }

    private byte[] whole() {
        var all = new PickleBuilder();
        for (byte[] part : parts) {
            all.raw(part);
        }
        return all.bytes();
    }

    private void refuses(int part, byte[] bytes, ErrorKind kind, String... words)
            throws IOException {
        parts[part] = bytes;
        probe.refuses(whole(), kind, words);
    }

    @Test
    void theSmallestFileIsRead() throws IOException {
        assertThat(probe.read(whole())).isEqualTo(FLOATS);
    }

    @Test
    void anotherMagicNumberIsMalformed() throws IOException {
        refuses(
                0,
                PickleBuilder.protocol(2).op('K', 1, '.').bytes(),
                ErrorKind.MALFORMED,
                "without PyTorch's magic number");
    }

    @Test
    void anotherProtocolIsMalformed() throws IOException {
        refuses(
                1,
                PickleBuilder.protocol(2).op('M', 0xea, 3, '.').bytes(),
                ErrorKind.MALFORMED,
                "another protocol than 1001",
                "(at byte 15)");
    }

    @Test
    void bigEndianValuesAreUnsupported() throws IOException {
        refuses(2, system(false, 4), ErrorKind.UNSUPPORTED, "big-endian");
    }

    @Test
    void oddSizesOfTypesAreMalformed() throws IOException {
        refuses(2, system(true, 6), ErrorKind.MALFORMED, "unknown sizes of types");
    }

    @Test
    void otherStorageKeysAreMalformed() throws IOException {
        refuses(
                4,
                PickleBuilder.protocol(2).op(']').text("78").op('a', '.').bytes(),
                ErrorKind.MALFORMED,
                "lists 1 storages, its tensors are on 1 and not the same");
    }

    @Test
    void storageKeysTwiceAreMalformed() throws IOException {
        refuses(
                4,
                PickleBuilder.protocol(2).op(']', '(').text("77").text("77").op('e', '.').bytes(),
                ErrorKind.MALFORMED,
                "lists a storage twice");
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 5, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
    void anotherCountOfElementsIsMalformed(long elements) throws IOException {
        refuses(
                5,
                new PickleBuilder().int64(elements).raw(FLOATS).bytes(),
                ErrorKind.MALFORMED,
                "storage '77' has " + elements + " elements, expected 4");
    }

    @Test
    void everyTruncationIsMalformed() throws IOException {
        byte[] whole = whole();
        for (int length = 0; length < whole.length; length++) {
            probe.refuses(Arrays.copyOf(whole, length), ErrorKind.MALFORMED);
        }
    }

    @Test
    void whatFollowsTheLastStorageIsMalformed() throws IOException {
        refuses(
                5,
                new PickleBuilder().int64(4).raw(FLOATS).op(0).bytes(),
                ErrorKind.MALFORMED,
                "goes on for 1 bytes after its last storage");
    }

    @Test
    void tarsAreUnsupported() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        probe.refuses(tar, ErrorKind.UNSUPPORTED, "is a tar", "save it again");
    }

    @Test
    void viewsOfStoragesAreMalformed() throws IOException {
        refuses(3, object(true), ErrorKind.MALFORMED, "refers to a view of a storage");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void hostilePicklesAreRefusedInEveryPlace(int part) throws IOException {
        refuses(part, OS_SYSTEM, ErrorKind.REFUSED, "asks for os.system", "byte 2 of it");
    }
}
