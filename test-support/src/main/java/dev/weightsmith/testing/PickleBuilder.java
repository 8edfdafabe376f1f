package dev.weightsmith.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes pickles opcode by opcode, well formed or not.
public final class PickleBuilder {
    private static final int PROTO = 0x80;
    private static final int LONG1 = 0x8a;
    private static final int NEWFALSE = 0x89;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public static PickleBuilder protocol(int protocol) {
        return new PickleBuilder().op(PROTO, protocol);
    }

    /// A dict with one tensor `w` of the `count` floats in storage 0.
    public static byte[] oneTensor(int count) {
        return protocol(2)
                .op('}', '(')
                .text("w")
                .tensor("FloatStorage", "0", count, 0, new int[] {count}, new int[] {1})
                .op('u', '.')
                .bytes();
    }

    public PickleBuilder op(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    public PickleBuilder int32(int value) {
        return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    public PickleBuilder int64(long value) {
        return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    public PickleBuilder raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public PickleBuilder text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').int32(utf8.length).raw(utf8);
    }

    public PickleBuilder integer(long value) {
        return value == (int) value ? op('J').int32((int) value) : op(LONG1, 8).int64(value);
    }

    public PickleBuilder integers(int... values) {
        op('(');
        for (int value : values) {
            integer(value);
        }
        return op('t');
    }

    public PickleBuilder global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public PickleBuilder orderedDict() {
        return global("collections", "OrderedDict").op(')', 'R');
    }

    public PickleBuilder storage(String type, String key, long elements) {
        return op('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .integer(elements)
                .op('t', 'Q');
    }

    public PickleBuilder tensor(
            String type, String key, long elements, long offset, int[] sizes, int[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage(type, key, elements)
                .integer(offset)
                .integers(sizes)
                .integers(strides)
                .op(NEWFALSE)
                .orderedDict()
                .op('t', 'R');
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
