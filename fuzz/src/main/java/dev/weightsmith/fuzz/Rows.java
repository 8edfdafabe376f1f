package dev.weightsmith.fuzz;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Reads checkpoints to their last row, as the engine would.
final class Rows {
    private static final long CHUNK = 1 << 20;

    /// A view may repeat a few stored bytes without end.
    private static final long MOST_BYTES = 8 << 20;

    private static final MemorySegment BUFFER = Arena.global().allocate(CHUNK);

    private Rows() {}

    /// Reads every row, verifies, and closes `checkpoint`.
    ///
    /// @return the bytes read
    static long readAll(Checkpoint checkpoint) throws IOException {
        try (checkpoint) {
            long bytes = 0;
            for (TensorInfo tensor : checkpoint.tensors()) {
                if (!checkpoint.find(tensor.name()).equals(Optional.of(tensor))) {
                    throw new AssertionError("tensor %s is not found".formatted(tensor.name()));
                }
                bytes += read(checkpoint, tensor);
            }
            checkpoint.verify();
            return bytes;
        }
    }

    private static long read(Checkpoint checkpoint, TensorInfo tensor) throws IOException {
        long rowBytes = tensor.rowBytes();
        if (rowBytes > CHUNK) {
            return 0;
        }
        long atOnce = rowBytes == 0 ? tensor.rows() : CHUNK / rowBytes;
        long bytes = 0;
        for (long first = 0; first < tensor.rows() && bytes < MOST_BYTES; first += atOnce) {
            long count = Math.min(atOnce, tensor.rows() - first);
            checkpoint.readRows(tensor, first, count, BUFFER.asSlice(0, count * rowBytes));
            bytes += count * rowBytes;
        }
        return bytes;
    }
}
