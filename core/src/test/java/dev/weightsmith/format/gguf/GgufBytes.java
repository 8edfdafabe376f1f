package dev.weightsmith.format.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Puts together GGUF files, right ones and wrong ones, value by value.
final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Magic, version 3 and the two counts.
    static GgufBytes header(long tensors, long pairs) {
        return new GgufBytes().ascii("GGUF").u32(3).u64(tensors).u64(pairs);
    }

    GgufBytes ascii(String text) {
        return raw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    GgufBytes raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    GgufBytes u32(long value) {
        return raw(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array());
    }

    GgufBytes u64(long value) {
        return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    GgufBytes text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u64(bytes.length).raw(bytes);
    }

    /// A key and the number of its value's type.
    GgufBytes key(String name, int type) {
        return text(name).u32(type);
    }

    /// A whole tensor info with dimensions in the order of the file.
    GgufBytes tensor(String name, int type, long offset, long... dimensions) {
        text(name).u32(dimensions.length);
        for (long dimension : dimensions) {
            u64(dimension);
        }
        return u32(type).u64(offset);
    }

    GgufBytes pad() {
        return zeros((32 - out.size() % 32) % 32);
    }

    GgufBytes zeros(int count) {
        return raw(new byte[count]);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
