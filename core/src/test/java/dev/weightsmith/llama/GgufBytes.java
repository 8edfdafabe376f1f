package dev.weightsmith.llama;

import dev.weightsmith.format.gguf.GgufValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SequencedMap;

/// The metadata section of a GGUF file (specs/gguf.md §1), for the value types that ours has.
final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private GgufBytes() {}

    static byte[] of(SequencedMap<String, GgufValue> metadata) {
        var bytes = new GgufBytes();
        metadata.forEach((key, value) -> {
            bytes.text(key);
            bytes.value(value);
        });
        return bytes.out.toByteArray();
    }

    private void value(GgufValue value) {
        switch (value) {
            case GgufValue.U32(long number) -> {
                u32(4);
                u32((int) number);
            }
            case GgufValue.I32(int number) -> {
                u32(5);
                u32(number);
            }
            case GgufValue.F32(float number) -> {
                u32(6);
                u32(Float.floatToRawIntBits(number));
            }
            case GgufValue.Bool(boolean flag) -> {
                u32(7);
                out.write(flag ? 1 : 0);
            }
            case GgufValue.Text(String text) -> {
                u32(8);
                text(text);
            }
            case GgufValue.Texts texts -> {
                array(8, texts.values().size());
                texts.values().forEach(this::text);
            }
            case GgufValue.F32s floats -> {
                array(6, floats.values().length);
                for (float number : floats.values()) {
                    u32(Float.floatToRawIntBits(number));
                }
            }
            case GgufValue.I32s integers -> {
                array(5, integers.values().length);
                for (int number : integers.values()) {
                    u32(number);
                }
            }
            default -> throw new AssertionError("not expected here: " + value);
        }
    }

    private void array(int elementType, int length) {
        u32(9);
        u32(elementType);
        u64(length);
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        u64(utf8.length);
        out.writeBytes(utf8);
    }

    private void u32(int value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    private void u64(long value) {
        out.writeBytes(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
}
