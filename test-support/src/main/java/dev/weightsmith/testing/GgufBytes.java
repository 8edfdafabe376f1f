package dev.weightsmith.testing;

import dev.weightsmith.format.gguf.GgufValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SequencedMap;

/// Puts together GGUF files, right ones and wrong ones, value by value.
public final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Magic, version 3 and the two counts.
    public static GgufBytes header(long tensors, long pairs) {
        return new GgufBytes().ascii("GGUF").u32(3).u64(tensors).u64(pairs);
    }

    public GgufBytes ascii(String text) {
        return raw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public GgufBytes raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public GgufBytes u32(long value) {
        return raw(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
    }

    public GgufBytes u64(long value) {
        return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    public GgufBytes text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u64(bytes.length).raw(bytes);
    }

    /// A key and the number of its value's type.
    public GgufBytes key(String name, int type) {
        return text(name).u32(type);
    }

    /// Keys and values, of the types that our own files have.
    public GgufBytes pairs(SequencedMap<String, GgufValue> metadata) {
        metadata.forEach(this::pair);
        return this;
    }

    private void pair(String key, GgufValue value) {
        switch (value) {
            case GgufValue.U32(long number) -> key(key, 4).u32(number);
            case GgufValue.I32(int number) -> key(key, 5).u32(number);
            case GgufValue.F32(float number) -> key(key, 6).u32(Float.floatToRawIntBits(number));
            case GgufValue.Bool(boolean flag) -> key(key, 7).raw((byte) (flag ? 1 : 0));
            case GgufValue.Text(String text) -> key(key, 8).text(text);
            case GgufValue.Texts texts -> {
                array(key, 8, texts.values().size());
                texts.values().forEach(this::text);
            }
            case GgufValue.F32s floats -> {
                array(key, 6, floats.values().length);
                for (float number : floats.values()) {
                    u32(Float.floatToRawIntBits(number));
                }
            }
            case GgufValue.I32s integers -> {
                array(key, 5, integers.values().length);
                for (int number : integers.values()) {
                    u32(number);
                }
            }
            default -> throw new AssertionError("not expected here: " + value);
        }
    }

    private void array(String key, int elementType, int length) {
        key(key, 9).u32(elementType).u64(length);
    }

    /// A whole tensor info with dimensions in the order of the file.
    public GgufBytes tensor(String name, int type, long offset, long... dimensions) {
        text(name).u32(dimensions.length);
        for (long dimension : dimensions) {
            u64(dimension);
        }
        return u32(type).u64(offset);
    }

    public GgufBytes pad() {
        return zeros((32 - out.size() % 32) % 32);
    }

    public GgufBytes zeros(int count) {
        return raw(new byte[count]);
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
