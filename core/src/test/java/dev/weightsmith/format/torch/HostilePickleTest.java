package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.testing.PickleBuilder;
import dev.weightsmith.testing.ZipBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The pickles of docs/specs/hostile-inputs.md#pytorch.
class HostilePickleTest {
    private static final byte[] FOUR_FLOATS = new byte[16];

    @TempDir Path folder;
    private TorchProbe probe;

    @BeforeEach
    void begin() {
        probe = new TorchProbe(folder);
    }

    private void refuses(PickleBuilder pickle, ErrorKind kind, String... words) throws IOException {
        refuses(pickle.bytes(), kind, words);
    }

    private void refuses(byte[] pickle, ErrorKind kind, String... words) throws IOException {
        probe.refuses(ZipBuilder.torch(pickle, FOUR_FLOATS).bytes(), kind, words);
    }

    private static PickleBuilder proto() {
        return PickleBuilder.protocol(2);
    }

    /// A dict with one tensor of the four floats, which `sizes` and `strides` describe.
    private static PickleBuilder view(long offset, int[] sizes, int[] strides) {
        return proto().op('}', '(')
                .text("w")
                .tensor("FloatStorage", "0", 4, offset, sizes, strides)
                .op('u', '.');
    }

    @Test
    void theSmallestDictIsRead() throws IOException {
        byte[] floats = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        assertThat(probe.read(ZipBuilder.torch(PickleBuilder.oneTensor(4), floats).bytes()))
                .isEqualTo(floats);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "builtins, exec",
        "builtins, getattr",
        "builtins, __import__",
        "torch, _utils.os.system",
        "torch._utils, os.system",
        "collections, OrderedDict.fromkeys",
        "pip, main",
        "torch, load",
        "torch.storage, _load_from_bytes",
    })
    void otherNamesAreRefusedWithTheirPlace(String module, String name) throws IOException {
        refuses(
                proto().global(module, name).op('(').text("true").op('t', 'R', '.'),
                ErrorKind.REFUSED,
                "asks for " + module + "." + name,
                "byte 2 of it",
                "(at byte 48)");
    }

    @Test
    void aNameFromTheStackIsRefused() throws IOException {
        refuses(
                PickleBuilder.protocol(4).text("os").text("system").op(Opcode.STACK_GLOBAL, '.'),
                ErrorKind.REFUSED,
                "asks for os.system",
                "byte 20 of it");
    }

    @Test
    void aNameFetchedThroughTheMemoIsRefused() throws IOException {
        refuses(
                PickleBuilder.protocol(4)
                        .text("system")
                        .op(Opcode.MEMOIZE)
                        .text("os")
                        .op('q', 7, '0')
                        .op('.'),
                ErrorKind.MALFORMED,
                "opcode 0x30");
        refuses(
                PickleBuilder.protocol(4)
                        .op('}')
                        .text("system")
                        .op(Opcode.MEMOIZE)
                        .text("os")
                        .op('q', 7, 's', 'h', 7, 'h', 0, Opcode.STACK_GLOBAL, '.'),
                ErrorKind.REFUSED,
                "asks for os.system");
    }

    @ParameterizedTest
    @ValueSource(ints = {'i', 'o', 'P', 0x82, 0x83, 0x84, 0x92})
    void opcodesThatMakeOtherObjectsAreRefused(int opcode) throws IOException {
        refuses(proto().op(opcode), ErrorKind.REFUSED, "has opcode 0x");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                '2', '0', '1', 'I', 'L', 'S', 'V', 'F', 'l', 'd', 'g', 'p', 'T', 0x8b, 0x8d, 0x8e,
                0x90, 0x91, 0x96, 0x97, 0x98, 0x00, 0xff
            })
    void opcodesThatPyTorchDoesNotWriteAreMalformed(int opcode) throws IOException {
        refuses(proto().op(opcode), ErrorKind.MALFORMED, "which is none that PyTorch writes");
    }

    @Test
    void callingWhatIsNoFunctionIsRefused() throws IOException {
        refuses(
                proto().text("os.system").op(')', 'R', '.'),
                ErrorKind.REFUSED,
                "calls something that is not a function");
    }

    @Test
    void newObjectsOfAFunctionAreRefused() throws IOException {
        refuses(
                proto().global("torch._utils", "_rebuild_tensor_v2").op(')', 0x81, '.'),
                ErrorKind.REFUSED,
                "makes an object of a function");
    }

    @Test
    void tooFewArgumentsAreMalformed() throws IOException {
        refuses(
                proto().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R', '.'),
                ErrorKind.MALFORMED,
                "makes a tensor with 0 arguments, expected 6");
    }

    @Test
    void argumentsOfWrongKindsAreMalformed() throws IOException {
        refuses(
                proto().global("torch._utils", "_rebuild_tensor")
                        .op('(')
                        .text("0")
                        .integer(0)
                        .integers(4)
                        .integers(1)
                        .op('t', 'R', '.'),
                ErrorKind.MALFORMED,
                "makes a tensor without a storage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__class__", "__setstate__", "__dict__", "__reduce__"})
    void attributesOfObjectsAreRefused(String name) throws IOException {
        refuses(
                proto().orderedDict().op('}').text(name).op('N', 's', 'b', '.'),
                ErrorKind.REFUSED,
                "sets the attribute '" + name + "'");
    }

    @Test
    void slotStateIsRefused() throws IOException {
        refuses(
                proto().orderedDict().op('N', '}', 0x86, 'b', '.'),
                ErrorKind.REFUSED,
                "sets a state that is not a dict");
    }

    @Test
    void stateOfATensorIsRefused() throws IOException {
        refuses(
                proto().tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('}', 'b', '.'),
                ErrorKind.REFUSED,
                "sets the state of something that is not an OrderedDict");
    }

    @Test
    void otherPersistentIdsAreMalformed() throws IOException {
        String message = "refers to something that is not a storage";
        refuses(proto().text("0").op('Q', '.'), ErrorKind.MALFORMED, message);
        refuses(proto().op('(').text("module").op('t', 'Q'), ErrorKind.MALFORMED, message);
        refuses(
                proto().op('(')
                        .text("storage")
                        .global("torch", "FloatStorage")
                        .text("0")
                        .op('t', 'Q'),
                ErrorKind.MALFORMED,
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "torch, EvilStorage",
        "torch, QUInt8Storage",
        "torch.storage, TypedStorage",
        "torch._utils, _rebuild_sparse_tensor",
        "torch._utils, _rebuild_qtensor",
        "torch._utils, _rebuild_meta_tensor_no_storage",
        "torch._tensor, _rebuild_from_type_v2",
        "torch, qint8",
        "torch, complex32",
    })
    void otherKindsOfTensorsAreUnsupportedByName(String module, String name) throws IOException {
        refuses(
                proto().global(module, name).op('.'),
                ErrorKind.UNSUPPORTED,
                "holds a " + module + "." + name);
    }

    @Test
    void bytesWithoutAnElementTypeAreUnsupported() throws IOException {
        refuses(
                proto().tensor("UntypedStorage", "0", 16, 0, new int[] {4}, new int[] {1}).op('.'),
                ErrorKind.UNSUPPORTED,
                "without an element type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "/etc/passwd", "", "a/b", "ключ", "0\u0000"})
    void storageKeysLikePathsAreRefused(String key) throws IOException {
        refuses(
                proto().storage("FloatStorage", key, 4).op('.'),
                ErrorKind.REFUSED,
                "which is no key but a path");
    }

    @Test
    void longStorageKeysAreRefusedAndCut() throws IOException {
        refuses(
                proto().storage("FloatStorage", "7".repeat(5000), 4).op('.'),
                ErrorKind.REFUSED,
                "7…'");
    }

    @ParameterizedTest
    @ValueSource(longs = {-4, 1L << 62, Long.MAX_VALUE})
    void impossibleElementCountsAreMalformed(long elements) throws IOException {
        refuses(
                proto().storage("FloatStorage", "0", elements).op('.'),
                ErrorKind.MALFORMED,
                "refers to a storage of " + elements + " elements");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 1 << 30})
    void storagesOfAnotherLengthAreMalformed(int elements) throws IOException {
        refuses(
                proto().op('}')
                        .text("w")
                        .tensor(
                                "FloatStorage",
                                "0",
                                elements,
                                0,
                                new int[] {elements},
                                new int[] {1})
                        .op('s', '.'),
                ErrorKind.MALFORMED,
                "storage 'data/0' has 16 bytes, expected " + 4L * elements);
    }

    @Test
    void aStorageWithoutARecordIsMalformed() throws IOException {
        refuses(
                proto().op('}')
                        .text("w")
                        .tensor("FloatStorage", "1", 4, 0, new int[] {4}, new int[] {1})
                        .op('s', '.'),
                ErrorKind.MALFORMED,
                "has no record 'data/1'");
    }

    @Test
    void viewsThatLeaveTheStorageAreMalformed() throws IOException {
        refuses(view(0, new int[] {5}, new int[] {1}), ErrorKind.MALFORMED, "reaches element 4");
        refuses(view(1, new int[] {4}, new int[] {1}), ErrorKind.MALFORMED, "reaches element 4");
        refuses(view(5, new int[] {0}, new int[] {1}), ErrorKind.MALFORMED, "begins at element 5");
        refuses(view(-1, new int[] {1}, new int[] {1}), ErrorKind.MALFORMED, "element -1");
        refuses(view(0, new int[] {2, 2}, new int[] {3, 1}), ErrorKind.MALFORMED, "element 4");
        refuses(view(0, new int[] {2}, new int[] {-1}), ErrorKind.MALFORMED, "the stride -1");
        refuses(view(0, new int[] {-2}, new int[] {1}), ErrorKind.MALFORMED, "dimension -2");
        refuses(
                view(0, new int[] {2, 2}, new int[] {1}),
                ErrorKind.MALFORMED,
                "has 2 sizes and 1 strides");
        refuses(view(0, new int[9], new int[9]), ErrorKind.MALFORMED, "has 9 dimensions");
    }

    @Test
    void strideProductsBeyond64BitsAreMalformed() throws IOException {
        refuses(
                proto().global("torch._utils", "_rebuild_tensor")
                        .op('(')
                        .storage("FloatStorage", "0", 4)
                        .integer(0)
                        .op('(')
                        .integer(1L << 40)
                        .op('t', '(')
                        .integer(1L << 40)
                        .op('t', 't', 'R', '.'),
                ErrorKind.MALFORMED,
                "beyond 64 bits");
    }

    @Test
    void expansionToAnySizeIsOverTheLimit() throws IOException {
        refuses(
                view(0, new int[] {1 << 30, 1024}, new int[] {0, 0}),
                ErrorKind.LIMIT,
                "the limit is 4 times as many");
    }

    @Test
    void aStorageOfTwoTypesIsMalformed() throws IOException {
        refuses(
                proto().op('(')
                        .storage("FloatStorage", "0", 4)
                        .storage("IntStorage", "0", 4)
                        .op('t', '.'),
                ErrorKind.MALFORMED,
                "as 4 elements of IntStorage, before as 4 elements of FloatStorage");
    }

    @Test
    void tiedTensorsAreTwoTensors() throws IOException {
        byte[] pickle =
                proto().op('}', '(')
                        .text("a")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .text("b")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('u', '.')
                        .bytes();
        byte[] floats = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        assertThat(probe.read(ZipBuilder.torch(pickle, floats).bytes()))
                .startsWith(floats)
                .endsWith(floats)
                .hasSize(32);
    }

    @Test
    void conjugatedViewsAreUnsupported() throws IOException {
        refuses(
                proto().global("torch._utils", "_rebuild_tensor_v2")
                        .op('(')
                        .storage("ComplexFloatStorage", "0", 2)
                        .integer(0)
                        .integers(2)
                        .integers(1)
                        .op(Opcode.NEWFALSE)
                        .orderedDict()
                        .op('}')
                        .text("conj")
                        .op(Opcode.NEWTRUE, 's', 't', 'R', '.'),
                ErrorKind.UNSUPPORTED,
                "conjugated or negated");
    }

    @Test
    void theMemoIsChecked() throws IOException {
        refuses(proto().op('h', 3, '.'), ErrorKind.MALFORMED, "recalls memo entry 3");
        refuses(proto().op('j').int32(-1).op('.'), ErrorKind.MALFORMED, "memo entry 4294967295");
        refuses(proto().op('}', 'r').int32(-1), ErrorKind.LIMIT, "memo entries");
        refuses(proto().op('}', 'r').int32(4_000_000), ErrorKind.LIMIT, "memo entries");
        refuses(proto().op('q', 0), ErrorKind.MALFORMED, "on an empty stack");
    }

    @Test
    void theStackIsChecked() throws IOException {
        refuses(proto().op('R'), ErrorKind.MALFORMED, "takes a value from an empty stack");
        refuses(proto().op('}', '(', 's'), ErrorKind.MALFORMED, "empty stack");
        refuses(proto().op('t'), ErrorKind.MALFORMED, "misses a mark");
        refuses(proto().op('}', '}', '.'), ErrorKind.MALFORMED, "leaves 2 values");
        refuses(proto().op('.'), ErrorKind.MALFORMED, "leaves 0 values");
        refuses(proto().op('}', '(', '.'), ErrorKind.MALFORMED, "leaves 1 values");
        refuses(proto().op('}'), ErrorKind.MALFORMED, "ends after 0 more bytes");
        refuses(proto().op('}', 'N', 'a'), ErrorKind.MALFORMED, "appends to something");
        refuses(proto().op(']', '(', 'N', 'u'), ErrorKind.MALFORMED, "sets an item of something");
        refuses(proto().op('}', '(', 'N', 'u'), ErrorKind.MALFORMED, "key without a value");
    }

    @Test
    void everyTruncationIsMalformed() throws IOException {
        byte[] whole = PickleBuilder.oneTensor(4);
        for (int length = 0; length < whole.length; length++) {
            refuses(Arrays.copyOf(whole, length), ErrorKind.MALFORMED, "data.pkl");
        }
    }

    @Test
    void lengthsBeyondThePickleAreMalformed() throws IOException {
        refuses(proto().op('X').int32(-1), ErrorKind.MALFORMED, "expected 4294967295");
        refuses(proto().op('B').int32(Integer.MAX_VALUE), ErrorKind.MALFORMED, "2147483647");
        refuses(proto().op(0x8c, 200), ErrorKind.MALFORMED, "expected 200");
        refuses(proto().op(Opcode.LONG1, 9, 1), ErrorKind.MALFORMED, "expected 9");
    }

    @Test
    void textThatIsNoUtf8IsMalformed() throws IOException {
        int[][] wrong = {{0xff}, {0xc0, 0x80}, {0xed, 0xa0, 0x80}, {0xe2, 0x82}};
        for (int[] bytes : wrong) {
            refuses(
                    proto().op(0x8c, bytes.length).op(bytes).op('.'),
                    ErrorKind.MALFORMED,
                    "is not UTF-8",
                    "byte 4 of it");
        }
    }

    @Test
    void framesAreExact() throws IOException {
        refuses(frame(1).op('}', '.'), ErrorKind.MALFORMED, "has a frame of 1 bytes");
        refuses(
                frame(4).op('}', 'q', 0, '}', '}', '}', '}', '}', '.'),
                ErrorKind.MALFORMED,
                "goes on outside of its frames");
        refuses(frame(4).op('}', '.', '}', '}'), ErrorKind.MALFORMED, "stops before", "frame");
        refuses(frame(9).op('}', '.'), ErrorKind.MALFORMED, "expected 9");
        refuses(frame(4).op('}', '}', '}', 'K', 1, '.'), ErrorKind.MALFORMED, "straddles the end");
        refuses(
                frame(11).op(Opcode.FRAME).int64(1).op('}', '.'),
                ErrorKind.MALFORMED,
                "a frame inside a frame");
        refuses(frame(-1).op('}', '.'), ErrorKind.MALFORMED, "ends after 2 more");
    }

    private static PickleBuilder frame(long length) {
        return PickleBuilder.protocol(4).op(Opcode.FRAME).int64(length);
    }

    @Test
    void deepNestingNeedsNoRecursion() throws IOException {
        var pickle = proto().op(')');
        for (int i = 0; i < 100_000; i++) {
            pickle.op(0x85);
        }
        refuses(pickle.op('.'), ErrorKind.MALFORMED, "expected a dict of tensors");
    }

    @Test
    void aListThatHoldsItselfIsNoDict() throws IOException {
        refuses(proto().op(']', 'q', 0, 'h', 0, 'a', '.'), ErrorKind.MALFORMED, "a dict of");
    }

    @Test
    void aDictThatHoldsItselfIsOverTheLimit() throws IOException {
        refuses(
                proto().op('}', 'q', 0).text("x").op('h', 0, 's', '.'),
                ErrorKind.LIMIT,
                "dicts inside dicts");
    }

    @Test
    void aStateDictThatHoldsItselfHasNoTensors() throws IOException {
        refuses(
                proto().op('}', 'q', 0).text("model").op('h', 0, 's', '.'),
                ErrorKind.LIMIT,
                "dicts inside dicts");
    }

    /// Twelve dicts, each holding the one before ten times.
    @Test
    void expansionByReferenceIsOverTheLimit() throws IOException {
        refuses(nested(12), ErrorKind.LIMIT, "names");
    }

    private static PickleBuilder nested(int levels) {
        var pickle = proto().op('}', '(');
        pickle.text("0").op('}', 'q', 0);
        for (int level = 1; level <= levels; level++) {
            pickle.text("l" + level).op('}', 'q', level, '(');
            for (int i = 0; i < 10; i++) {
                pickle.text("k" + i).op('h', level - 1);
            }
            pickle.op('u');
        }
        return pickle.op('u', '.');
    }

    @Test
    void keysTwiceAreMalformed() throws IOException {
        refuses(
                proto().op('}', '(').text("w").op('N').text("w").op('N', 'u', '.'),
                ErrorKind.MALFORMED,
                "has the dict key 'w' twice");
    }

    @Test
    void joinedNamesTwiceAreMalformed() throws IOException {
        refuses(
                proto().op('}', '(')
                        .text("a.b")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .text("a")
                        .op('}')
                        .text("b")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('s', 'u', '.'),
                ErrorKind.MALFORMED,
                "two tensors named 'a.b'");
    }

    @Test
    void tensorsWithoutANameAreMalformed() throws IOException {
        refuses(
                proto().op('}', 'K', 7)
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('s', '.'),
                ErrorKind.MALFORMED,
                "a tensor whose key is '7', expected a name");
    }

    @Test
    void controlCharactersInNamesAreMalformedAndEscaped() throws IOException {
        refuses(
                proto().op('}')
                        .text("w\u001b[2J")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('s', '.'),
                ErrorKind.MALFORMED,
                "'w\\u{1b}[2J'");
    }

    @Test
    void otherDictKeysAreMalformed() throws IOException {
        refuses(
                proto().op('}', ')', 'N', 's', '.'),
                ErrorKind.MALFORMED,
                "neither a string nor an integer");
    }

    @Test
    void noTensorsAreMalformed() throws IOException {
        refuses(proto().op('}', '.'), ErrorKind.MALFORMED, "holds no tensors");
        refuses(
                proto().op('}').text("step").op('K', 1, 's', '.'),
                ErrorKind.MALFORMED,
                "holds no tensors");
    }

    @Test
    void whatFollowsTheEndIsMalformed() throws IOException {
        byte[] second = proto().global("os", "system").op('.').bytes();
        refuses(
                proto().raw(
                                Arrays.copyOfRange(
                                        PickleBuilder.oneTensor(4),
                                        2,
                                        PickleBuilder.oneTensor(4).length))
                        .raw(second),
                ErrorKind.MALFORMED,
                "goes on for " + second.length + " bytes after its end");
    }

    @Test
    void theProtocolIsChecked() throws IOException {
        refuses(PickleBuilder.protocol(6).op('}', '.'), ErrorKind.MALFORMED, "has protocol 6");
        refuses(PickleBuilder.protocol(1).op('}', '.'), ErrorKind.MALFORMED, "has protocol 1");
        refuses(
                proto().op(Opcode.PROTO, 2, '}', '.'),
                ErrorKind.MALFORMED,
                "a second protocol number");
        refuses(
                "cos\nsystem\n(S'true'\ntR.".getBytes(StandardCharsets.US_ASCII),
                ErrorKind.MALFORMED,
                "does not begin with a protocol number");
    }

    @Test
    void wrappersAreOpened() throws IOException {
        byte[] pickle =
                proto().op('}', '(')
                        .text("epoch")
                        .op('K', 3)
                        .text("state_dict")
                        .op('}')
                        .text("module.w")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('s')
                        .text("optimizer")
                        .op('}', 'K', 0)
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('s', 'u', '.')
                        .bytes();
        var path = probe.write(ZipBuilder.torch(pickle, FOUR_FLOATS).bytes());
        try (var file = TorchFile.open(path)) {
            assertThat(file.tensors()).extracting("name").containsExactly("module.w");
            assertThat(file.ignored()).containsExactly("epoch", "optimizer");
        }
    }

    @Test
    void dictsInsideDictsGiveJoinedNames() throws IOException {
        byte[] pickle =
                proto().op('}')
                        .text("encoder")
                        .op('}')
                        .text("w")
                        .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                        .op('s', 's', '.')
                        .bytes();
        var path = probe.write(ZipBuilder.torch(pickle, FOUR_FLOATS).bytes());
        try (var file = TorchFile.open(path)) {
            assertThat(file.tensors()).extracting("name").containsExactly("encoder.w");
        }
    }

    @Test
    void manyTensorsStayWithinTheBudget() throws IOException {
        var pickle = proto().op('}', '(');
        pickle.text("w").tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1}).op('q', 0);
        for (int i = 0; i < 1_100_000; i++) {
            pickle.text(Integer.toString(i)).op('h', 0);
        }
        refuses(pickle.op('u', '.'), ErrorKind.LIMIT, "1000000 values on its stack");
    }
}
