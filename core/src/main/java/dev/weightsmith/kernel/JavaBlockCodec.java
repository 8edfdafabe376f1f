package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A codec whose elements share scales in blocks: brings rows into arrays, where the arithmetic is.
abstract class JavaBlockCodec implements Codec {
    private final DType dtype;

    JavaBlockCodec(DType dtype) {
        this.dtype = dtype;
    }

    @Override
    public final DType dtype() {
        return dtype;
    }

    @Override
    public final void encode(
            MemorySegment values,
            MemorySegment encoded,
            long rows,
            int columns,
            Optional<MemorySegment> importance) {
        var x = new float[columns];
        var out = new byte[Math.toIntExact(dtype.bytes(columns))];
        var q = new float[importance.isPresent() ? columns : 0];
        importance.ifPresent(
                weights -> MemorySegment.copy(weights, Layouts.FLOAT, 0, q, 0, columns));
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(values, Layouts.FLOAT, row * columns * Float.BYTES, x, 0, columns);
            if (importance.isPresent()) {
                encodeRow(x, q, out);
            } else {
                encodeRow(x, out);
            }
            MemorySegment.copy(out, 0, encoded, Layouts.BYTE, row * out.length, out.length);
        }
    }

    @Override
    public final void decode(MemorySegment encoded, MemorySegment values, long rows, int columns) {
        var in = new byte[Math.toIntExact(dtype.bytes(columns))];
        var y = new float[columns];
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(encoded, Layouts.BYTE, row * in.length, in, 0, in.length);
            for (int block = 0; block < columns / dtype.blockElements(); block++) {
                decodeBlock(in, block * dtype.blockBytes(), y, block * dtype.blockElements());
            }
            MemorySegment.copy(y, 0, values, Layouts.FLOAT, row * columns * Float.BYTES, columns);
        }
    }

    /// Encodes one row without importance.
    abstract void encodeRow(float[] x, byte[] out);

    /// Encodes one row with the importance `q[i]` of each column.
    abstract void encodeRow(float[] x, float[] q, byte[] out);

    /// Decodes the block at `in[from]` to `y[at …]`.
    abstract void decodeBlock(byte[] in, int from, float[] y, int at);

    final int blocks(float[] row) {
        return row.length / dtype.blockElements();
    }
}
