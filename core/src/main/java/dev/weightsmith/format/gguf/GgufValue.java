package dev.weightsmith.format.gguf;

import java.util.List;

/// A metadata value of a GGUF file, in the format's own types.
public sealed interface GgufValue {
    record U8(int value) implements GgufValue {}

    record I8(byte value) implements GgufValue {}

    record U16(int value) implements GgufValue {}

    record I16(short value) implements GgufValue {}

    record U32(long value) implements GgufValue {}

    record I32(int value) implements GgufValue {}

    record F32(float value) implements GgufValue {}

    record Bool(boolean value) implements GgufValue {}

    record Text(String value) implements GgufValue {}

    /// `value` holds the bits; above 2^63 it is negative.
    record U64(long value) implements GgufValue {}

    record I64(long value) implements GgufValue {}

    record F64(double value) implements GgufValue {}

    /// Strings, as in `tokenizer.ggml.tokens`.
    record Texts(List<String> values) implements GgufValue {}

    /// 32-bit floats, as in `tokenizer.ggml.scores`.
    record F32s(float[] values) implements GgufValue {}

    /// Signed 32-bit integers, as in `tokenizer.ggml.token_type`.
    record I32s(int[] values) implements GgufValue {}

    /// An array of any other element type, kept value by value.
    record Values(List<GgufValue> values, int elementType) implements GgufValue {}
}
