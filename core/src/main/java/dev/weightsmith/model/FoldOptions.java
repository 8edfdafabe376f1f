package dev.weightsmith.model;

/// How adapters are folded.
///
/// @param roundOnce whether all deltas are added in float32 and rounded once, instead of after each
///   adapter as the reference scripts do
/// @param strict whether it is an error where an adapter is known to lack one that it stands on
/// @param published tells which adapters are published ones
public record FoldOptions(boolean roundOnce, boolean strict, PublishedAdapters published) {}
