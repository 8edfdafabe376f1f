package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.digest.Digest;
import dev.weightsmith.engine.RowReader;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.function.LongConsumer;

/// A tensor's values in the form that is digested and compared: the narrowest that holds the values
/// of every container exactly (docs/formats/tensor-digest.md#of-a-tensor).
///
/// @param recipe makes rows of that form
/// @param form `float32`, `float64`, or the type's own name where it holds no real numbers
record TensorValues(Recipe recipe, String form) {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Bytes that are looked at and digested together.
    private static final int PIECE = 1 << 16;

    private static final int NAN = 0x7FC0_0000;
    private static final int INFINITY = 0x7F80_0000;

    static TensorValues of(Recipe recipe) {
        if (recipe.dtype() == DType.F64) {
            return new TensorValues(recipe, "float64");
        }
        return RowReader.hasFloats(recipe.dtype())
                ? new TensorValues(recipe.as(DType.F32), "float32")
                : new TensorValues(recipe, recipe.dtype().name().toLowerCase(Locale.ROOT));
    }

    /// Bytes of all values in this form.
    long bytes() {
        return recipe.dtype().bytes(recipe.shape().elements());
    }

    /// The digest of form, shape and values.
    ///
    /// @param done is told how many bytes were digested
    Digest digest(Sources sources, LongConsumer done) throws IOException {
        MessageDigest algorithm = Digest.algorithm();
        algorithm.update((form + " " + recipe.shape() + "\n").getBytes(StandardCharsets.US_ASCII));
        var piece = new byte[PIECE];
        try (var reader = RowReader.open(recipe, sources)) {
            long all = recipe.shape().rows();
            for (long first = 0; first < all; ) {
                long count = Math.min(reader.rowsAtOnce(), all - first);
                MemorySegment rows = reader.read(first, count);
                unifyNans(rows);
                for (long at = 0; at < rows.byteSize(); at += PIECE) {
                    int length = (int) Math.min(PIECE, rows.byteSize() - at);
                    MemorySegment.copy(rows, ValueLayout.JAVA_BYTE, at, piece, 0, length);
                    algorithm.update(piece, 0, length);
                }
                done.accept(rows.byteSize());
                first += count;
            }
        }
        return Digest.of(algorithm);
    }

    /// Makes every NaN the same one: which of them a value becomes on its way is nobody's meaning.
    void unifyNans(MemorySegment rows) {
        switch (recipe.dtype()) {
            case F32 -> unifyFloats(rows);
            case F64 -> unifyDoubles(rows);
            default -> {}
        }
    }

    private static void unifyFloats(MemorySegment rows) {
        var bits = new int[PIECE / Integer.BYTES];
        for (long at = 0; at < rows.byteSize(); at += PIECE) {
            int count = (int) Math.min(bits.length, (rows.byteSize() - at) / Integer.BYTES);
            MemorySegment.copy(rows, INT, at, bits, 0, count);
            if (!hasNan(bits, count)) {
                continue;
            }
            for (int i = 0; i < count; i++) {
                if ((bits[i] & Integer.MAX_VALUE) > INFINITY) {
                    rows.set(INT, at + (long) i * Integer.BYTES, NAN);
                }
            }
        }
    }

    private static boolean hasNan(int[] bits, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, bits[i] & Integer.MAX_VALUE);
        }
        return largest > INFINITY;
    }

    private static void unifyDoubles(MemorySegment rows) {
        for (long at = 0; at < rows.byteSize(); at += Long.BYTES) {
            if (Double.isNaN(Double.longBitsToDouble(rows.get(LONG, at)))) {
                rows.set(LONG, at, Double.doubleToLongBits(Double.NaN));
            }
        }
    }
}
