package dev.weightsmith.lora;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/// Whether two files hold the same tensors, whatever their containers: names, types, shapes, bytes.
public final class SameTensors {
    private static final long CHUNK = 1 << 20;

    /// Wider than a row of any model; what is wider counts as different.
    private static final long LARGEST_ROW = 1 << 26;

    private SameTensors() {}

    /// Stops at the first difference; small tensors, which differ as surely, come first.
    static boolean in(Checkpoint one, Checkpoint other) throws IOException {
        List<TensorInfo> tensors = one.tensors();
        if (tensors.size() != other.tensors().size()
                || !new HashSet<>(tensors).equals(new HashSet<>(other.tensors()))) {
            return false;
        }
        for (TensorInfo tensor :
                tensors.stream().sorted(Comparator.comparingLong(TensorInfo::bytes)).toList()) {
            if (!sameBytes(one, tensor, other, tensor)) {
                return false;
            }
        }
        return true;
    }

    /// Whether two tensors have one type, one shape and the same bytes.
    public static boolean sameBytes(
            Checkpoint one, TensorInfo tensor, Checkpoint other, TensorInfo second)
            throws IOException {
        if (tensor.dtype() != second.dtype() || !tensor.shape().equals(second.shape())) {
            return false;
        }
        long rowBytes = Math.max(1, tensor.rowBytes());
        if (rowBytes > LARGEST_ROW) {
            return false;
        }
        long step = Math.max(1, CHUNK / rowBytes);
        try (var arena = Arena.ofConfined()) {
            long capacity = Math.multiplyExact(Math.min(step, tensor.rows()), tensor.rowBytes());
            MemorySegment left = arena.allocate(capacity);
            MemorySegment right = arena.allocate(capacity);
            for (long row = 0; row < tensor.rows(); row += step) {
                long count = Math.min(step, tensor.rows() - row);
                MemorySegment mine = left.asSlice(0, count * tensor.rowBytes());
                MemorySegment theirs = right.asSlice(0, count * tensor.rowBytes());
                one.readRows(tensor, row, count, mine);
                other.readRows(second, row, count, theirs);
                if (mine.mismatch(theirs) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
