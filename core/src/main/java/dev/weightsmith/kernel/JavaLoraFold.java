package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// The fold in plain Java (docs/specs/adapters.md#merge-arithmetic).
///
/// Works on tiles of columns, so that the tile of `a` stays in the cache while all rows pass over
/// it.
final class JavaLoraFold implements LoraFold {
    private static final int TILE = 1024;

    @Override
    public void fold(
            MemorySegment weights,
            DType dtype,
            int rows,
            int columns,
            MemorySegment a,
            MemorySegment b,
            int rank,
            float scale) {
        var factors = new float[Math.multiplyExact(rows, rank)];
        MemorySegment.copy(b, Layouts.FLOAT, 0, factors, 0, factors.length);
        int width = Math.min(TILE, columns);
        var aTile = new float[rank][width];
        var row = row(dtype, width);
        var delta = new float[width];
        for (int column = 0; column < columns; column += TILE) {
            int count = Math.min(TILE, columns - column);
            for (int k = 0; k < rank; k++) {
                long at = ((long) k * columns + column) * Float.BYTES;
                MemorySegment.copy(a, Layouts.FLOAT, at, aTile[k], 0, count);
            }
            for (int i = 0; i < rows; i++) {
                multiply(factors, i * rank, aTile, delta, count);
                row.add(weights, (long) i * columns + column, delta, scale, count);
            }
        }
    }

    private static void multiply(float[] b, int from, float[][] a, float[] delta, int count) {
        int rank = a.length;
        for (int j = 0; j < count; j++) {
            delta[j] = 0;
        }
        int k = 0;
        for (; k + 4 <= rank; k += 4) {
            four(b, from + k, a[k], a[k + 1], a[k + 2], a[k + 3], delta, count);
        }
        for (; k < rank; k++) {
            one(b[from + k], a[k], delta, count);
        }
    }

    /// Four links of every element's chain at once: the same operations in the same order.
    private static void four(
            float[] b,
            int at,
            float[] a0,
            float[] a1,
            float[] a2,
            float[] a3,
            float[] delta,
            int count) {
        float b0 = b[at];
        float b1 = b[at + 1];
        float b2 = b[at + 2];
        float b3 = b[at + 3];
        for (int j = 0; j < count; j++) {
            float sum = Math.fma(b0, a0[j], delta[j]);
            sum = Math.fma(b1, a1[j], sum);
            sum = Math.fma(b2, a2[j], sum);
            delta[j] = Math.fma(b3, a3[j], sum);
        }
    }

    private static void one(float b, float[] a, float[] delta, int count) {
        for (int j = 0; j < count; j++) {
            delta[j] = Math.fma(b, a[j], delta[j]);
        }
    }

    private static void addScaled(float[] values, float[] delta, float scale, int count) {
        for (int j = 0; j < count; j++) {
            values[j] = values[j] + delta[j] * scale;
        }
    }

    private static Row row(DType dtype, int width) {
        return switch (dtype) {
            case F32 -> new F32Row(width);
            case F16 -> new F16Row(width);
            case BF16 -> new BF16Row(width);
            default -> throw new IllegalArgumentException("no fold into " + dtype);
        };
    }

    /// Part of a row of weights of one type.
    private sealed interface Row {
        void add(MemorySegment weights, long element, float[] delta, float scale, int count);
    }

    private record F32Row(float[] values) implements Row {
        F32Row(int width) {
            this(new float[width]);
        }

        @Override
        public void add(
                MemorySegment weights, long element, float[] delta, float scale, int count) {
            MemorySegment.copy(weights, Layouts.FLOAT, element * Float.BYTES, values, 0, count);
            addScaled(values, delta, scale, count);
            MemorySegment.copy(values, 0, weights, Layouts.FLOAT, element * Float.BYTES, count);
        }
    }

    private record F16Row(float[] values, short[] bits) implements Row {
        F16Row(int width) {
            this(new float[width], new short[width]);
        }

        @Override
        public void add(
                MemorySegment weights, long element, float[] delta, float scale, int count) {
            MemorySegment.copy(weights, Layouts.SHORT, element * Short.BYTES, bits, 0, count);
            Half.ofF16(bits, values, count);
            addScaled(values, delta, scale, count);
            Half.toF16(values, bits, count);
            MemorySegment.copy(bits, 0, weights, Layouts.SHORT, element * Short.BYTES, count);
        }
    }

    /// Widened as integers: the two arrays change places by copying, which costs next to nothing.
    private record BF16Row(float[] values, int[] floats, short[] bits) implements Row {
        BF16Row(int width) {
            this(new float[width], new int[width], new short[width]);
        }

        @Override
        public void add(
                MemorySegment weights, long element, float[] delta, float scale, int count) {
            long bytes = (long) count * Float.BYTES;
            MemorySegment.copy(weights, Layouts.SHORT, element * Short.BYTES, bits, 0, count);
            Half.ofBf16(bits, floats, count);
            MemorySegment.copy(
                    MemorySegment.ofArray(floats), 0, MemorySegment.ofArray(values), 0, bytes);
            addScaled(values, delta, scale, count);
            MemorySegment.copy(
                    MemorySegment.ofArray(values), 0, MemorySegment.ofArray(floats), 0, bytes);
            Half.toBf16(floats, bits, count);
            MemorySegment.copy(bits, 0, weights, Layouts.SHORT, element * Short.BYTES, count);
        }
    }
}
