package dev.weightsmith.model;

import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// How adapters are folded.
///
/// @param roundOnce whether all deltas are added in float32 and rounded once, instead of after each
///   adapter as the reference scripts do
/// @param strict whether it is an error where an adapter is known to lack one that it stands on
/// @param type in which quantized weights are taken before adapters change them; absent: such a
///   base is refused
/// @param published tells which adapters are published ones
public record FoldOptions(
        boolean roundOnce, boolean strict, Optional<DType> type, PublishedAdapters published) {}
