package dev.weightsmith.fuzz;

import dev.weightsmith.testing.PickleBuilder;
import dev.weightsmith.testing.ZipBuilder;
import java.util.List;

/// Small files as PyTorch saves them.
final class TorchSeeds {
    private static final int NEWTRUE = 0x88;
    private static final int NEWFALSE = 0x89;
    private static final int LONG1 = 0x8a;
    private static final int[] MAGIC = {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};

    /// Of four floats.
    private static final byte[] STORAGE = new byte[16];

    private TorchSeeds() {}

    static List<byte[]> zips() {
        var deflated = ZipBuilder.torch(pickles().getFirst(), STORAGE);
        deflated.member("archive/data.pkl").deflated();
        return List.of(zip(pickles().getFirst()), deflated.bytes());
    }

    static byte[] zip(byte[] pickle) {
        return ZipBuilder.torch(pickle, STORAGE).bytes();
    }

    /// What refers to the one storage of [#zip].
    static List<byte[]> pickles() {
        return List.of(PickleBuilder.oneTensor(4), views(), nested());
    }

    /// A transposed matrix, one that repeats a row, a scalar, and the same again by way of the
    /// memo.
    private static byte[] views() {
        return PickleBuilder.protocol(2)
                .orderedDict()
                .op('(')
                .text("transposed")
                .tensor("FloatStorage", "0", 4, 0, new int[] {2, 2}, new int[] {1, 2})
                .op('q', 1)
                .text("again")
                .op('h', 1)
                .text("repeated")
                .tensor("FloatStorage", "0", 4, 2, new int[] {3, 2}, new int[] {0, 1})
                .text("scalar")
                .tensor("FloatStorage", "0", 4, 3, new int[] {}, new int[] {})
                .op('u', '.')
                .bytes();
    }

    /// A checkpoint of a trainer: weights beside what is no weight.
    private static byte[] nested() {
        return PickleBuilder.protocol(4)
                .op('}', '(')
                .text("state_dict")
                .op('}', '(')
                .text("w")
                .tensor("FloatStorage", "0", 4, 0, new int[] {4}, new int[] {1})
                .op('u')
                .text("epoch")
                .integer(3)
                .text("done")
                .op(NEWTRUE)
                .text("losses")
                .op(']', '(', 'G')
                .int64(0)
                .op('N', 'e', 'u', '.')
                .bytes();
    }

    /// Five pickles and a storage (docs/specs/checkpoints.md#pytorch-files).
    static List<byte[]> legacy() {
        return List.of(
                PickleBuilder.protocol(2)
                        .op(LONG1, MAGIC.length)
                        .op(MAGIC)
                        .op('.')
                        .raw(PickleBuilder.protocol(2).op('M', 0xe9, 3, '.').bytes())
                        .raw(system())
                        .raw(object())
                        .raw(PickleBuilder.protocol(2).op(']').text("77").op('a', '.').bytes())
                        .int64(4)
                        .raw(STORAGE)
                        .bytes());
    }

    private static byte[] system() {
        return PickleBuilder.protocol(2)
                .op('}', '(')
                .text("protocol_version")
                .integer(1001)
                .text("little_endian")
                .op(NEWTRUE)
                .text("type_sizes")
                .op('}', '(')
                .text("short")
                .integer(2)
                .text("int")
                .integer(4)
                .text("long")
                .integer(4)
                .op('u', 'u', '.')
                .bytes();
    }

    private static byte[] object() {
        return PickleBuilder.protocol(2)
                .op('}')
                .text("w")
                .global("torch._utils", "_rebuild_tensor_v2")
                .op('(', '(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("77")
                .text("cpu")
                .integer(4)
                .op('N', 't', 'Q')
                .integer(0)
                .integers(4)
                .integers(1)
                .op(NEWFALSE)
                .orderedDict()
                .op('t', 'R', 's', '.')
                .bytes();
    }
}
