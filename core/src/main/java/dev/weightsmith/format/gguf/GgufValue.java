package dev.weightsmith.format.gguf;

import java.util.Arrays;
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
    record Texts(List<String> values) implements GgufValue {
        public Texts {
            values = List.copyOf(values);
        }
    }

    /// 32-bit floats, as in `tokenizer.ggml.scores`.
    record F32s(float[] values) implements GgufValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof F32s(float[] others) && Arrays.equals(values, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "F32s[" + values.length + "]";
        }
    }

    /// Signed 32-bit integers, as in `tokenizer.ggml.token_type`.
    record I32s(int[] values) implements GgufValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof I32s(int[] others) && Arrays.equals(values, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "I32s[" + values.length + "]";
        }
    }

    /// An array of any other element type, kept as its bytes in the file.
    ///
    /// @param elementType neither STRING nor ARRAY
    /// @param bytes little-endian
    record Values(GgufType elementType, byte[] bytes) implements GgufValue {
        public Values {
            if (elementType == GgufType.STRING || elementType == GgufType.ARRAY) {
                throw new IllegalArgumentException("elements of no fixed size: " + elementType);
            }
        }

        public int size() {
            return bytes.length / elementType.smallestSize();
        }

        public GgufValue value(int index) {
            return elementType.value(bytes, index * elementType.smallestSize());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Values(GgufType otherType, byte[] others)
                    && elementType == otherType
                    && Arrays.equals(bytes, others);
        }

        @Override
        public int hashCode() {
            return 31 * elementType.number() + Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Values[" + elementType + " " + size() + "]";
        }
    }
}
