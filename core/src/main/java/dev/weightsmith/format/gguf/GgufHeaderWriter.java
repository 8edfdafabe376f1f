package dev.weightsmith.format.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Collects the bytes of a header, little-endian.
final class GgufHeaderWriter {
    private ByteBuffer out = allocate(1 << 12);

    byte[] bytes() {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    void u32(long value) {
        room(4).putInt((int) value);
    }

    void u64(long value) {
        room(8).putLong(value);
    }

    void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u64(bytes.length);
        room(bytes.length).put(bytes);
    }

    /// The number of the value's type and the value.
    void typed(GgufValue value) {
        switch (value) {
            case GgufValue.U8(int v) -> scalar(GgufType.UINT8).put((byte) v);
            case GgufValue.I8(byte v) -> scalar(GgufType.INT8).put(v);
            case GgufValue.U16(int v) -> scalar(GgufType.UINT16).putShort((short) v);
            case GgufValue.I16(short v) -> scalar(GgufType.INT16).putShort(v);
            case GgufValue.U32(long v) -> scalar(GgufType.UINT32).putInt((int) v);
            case GgufValue.I32(int v) -> scalar(GgufType.INT32).putInt(v);
            case GgufValue.F32(float v) -> scalar(GgufType.FLOAT32).putFloat(v);
            case GgufValue.Bool(boolean v) -> scalar(GgufType.BOOL).put((byte) (v ? 1 : 0));
            case GgufValue.U64(long v) -> scalar(GgufType.UINT64).putLong(v);
            case GgufValue.I64(long v) -> scalar(GgufType.INT64).putLong(v);
            case GgufValue.F64(double v) -> scalar(GgufType.FLOAT64).putDouble(v);
            case GgufValue.Text(String v) -> {
                u32(GgufType.STRING.number());
                text(v);
            }
            case GgufValue.Texts(var values) -> {
                array(GgufType.STRING, values.size());
                values.forEach(this::text);
            }
            case GgufValue.F32s(float[] values) -> {
                array(GgufType.FLOAT32, values.length);
                for (float v : values) {
                    room(4).putFloat(v);
                }
            }
            case GgufValue.I32s(int[] values) -> {
                array(GgufType.INT32, values.length);
                for (int v : values) {
                    room(4).putInt(v);
                }
            }
            case GgufValue.Values values -> {
                array(values.elementType(), values.size());
                room(values.bytes().length).put(values.bytes());
            }
        }
    }

    private ByteBuffer scalar(GgufType type) {
        u32(type.number());
        return room(type.smallestSize());
    }

    private void array(GgufType elements, int count) {
        u32(GgufType.ARRAY.number());
        u32(elements.number());
        u64(count);
    }

    /// The buffer, with at least `length` bytes left.
    private ByteBuffer room(int length) {
        if (out.remaining() < length) {
            int needed = Math.addExact(out.position(), length);
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * out.capacity());
            out = allocate(Math.max(needed, doubled)).put(out.flip());
        }
        return out;
    }

    private static ByteBuffer allocate(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
