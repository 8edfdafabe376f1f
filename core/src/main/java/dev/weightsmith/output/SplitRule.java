package dev.weightsmith.output;

/// Into how many files a model is written.
public sealed interface SplitRule {
    /// As many as it needs to keep to limits.
    ///
    /// @param maxBytes of tensors in a file
    /// @param maxTensors in a file
    record Limits(long maxBytes, int maxTensors) implements SplitRule {}

    /// As many as the model has now, each with the same tensors.
    record Keep() implements SplitRule {}

    /// One file.
    static SplitRule none() {
        return new Limits(Long.MAX_VALUE, Integer.MAX_VALUE);
    }
}
