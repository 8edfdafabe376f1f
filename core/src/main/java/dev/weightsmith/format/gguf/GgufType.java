package dev.weightsmith.format.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// The types of metadata values.
public enum GgufType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    STRING(8, 8),
    ARRAY(9, 12),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int number;
    private final int smallest;

    GgufType(int number, int smallest) {
        this.number = number;
        this.smallest = smallest;
    }

    /// The type of that number.
    static Optional<GgufType> find(long number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /// Its number in the file.
    int number() {
        return number;
    }

    /// Bytes of a value; of strings and arrays, of the shortest one.
    int smallestSize() {
        return smallest;
    }

    /// The value of this type, which has a fixed size, at byte `at` of little-endian `bytes`.
    GgufValue value(byte[] bytes, int at) {
        var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (this) {
            case UINT8 -> new GgufValue.U8(Byte.toUnsignedInt(in.get(at)));
            case INT8 -> new GgufValue.I8(in.get(at));
            case UINT16 -> new GgufValue.U16(Short.toUnsignedInt(in.getShort(at)));
            case INT16 -> new GgufValue.I16(in.getShort(at));
            case UINT32 -> new GgufValue.U32(Integer.toUnsignedLong(in.getInt(at)));
            case INT32 -> new GgufValue.I32(in.getInt(at));
            case FLOAT32 -> new GgufValue.F32(in.getFloat(at));
            case BOOL -> new GgufValue.Bool(in.get(at) != 0);
            case UINT64 -> new GgufValue.U64(in.getLong(at));
            case INT64 -> new GgufValue.I64(in.getLong(at));
            case FLOAT64 -> new GgufValue.F64(in.getDouble(at));
            case STRING, ARRAY -> throw new IllegalArgumentException("no fixed size: " + this);
        };
    }
}
