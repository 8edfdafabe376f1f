package dev.weightsmith.kernel;

import dev.weightsmith.tensor.DType;
import java.lang.foreign.MemorySegment;

/// Adds a low-rank delta to rows of weights, in place.
///
/// For every row i and column j (docs/specs/adapters.md#merge-arithmetic): the delta is a chain of
/// fused multiply-adds over k = 0 … rank-1 of `b[i][k] * a[k][j]`, starting from 0; then `float(w)
/// + delta * scale` as two rounded float32 operations; then one rounding to the weights' type.
public interface LoraFold {
    /// @param weights rows × columns of `dtype`, which is F32, F16 or BF16
    /// @param a float32, rank × columns
    /// @param b float32, rows × rank
    void fold(
            MemorySegment weights,
            DType dtype,
            int rows,
            int columns,
            MemorySegment a,
            MemorySegment b,
            int rank,
            float scale);
}
