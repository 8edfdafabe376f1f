package dev.weightsmith.quantize;

import dev.weightsmith.tensor.TensorInfo;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;

/// The size of all tensors of a file, without header and padding, as llama.cpp counts it.
///
/// @param weights elements of all tensors, vectors too
public record QuantizedSize(long bytes, long weights) {
    /// The size of these tensors in their chosen types.
    public static QuantizedSize of(
            List<TensorInfo> tensors, SequencedMap<String, TypeChoice> choices) {
        return of(
                tensors.stream()
                        .map(tensor ->
                                new TensorInfo(
                                        tensor.name(),
                                        Objects.requireNonNull(choices.get(tensor.name())).dtype(),
                                        tensor.shape()))
                        .toList());
    }

    /// The size of these tensors as they are.
    public static QuantizedSize of(List<TensorInfo> tensors) {
        return new QuantizedSize(
                tensors.stream().mapToLong(TensorInfo::bytes).sum(),
                tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum());
    }

    public double bitsPerWeight() {
        return weights == 0 ? 0 : 8.0 * bytes / weights;
    }

    /// Two decimals, as llama.cpp prints it.
    public String bitsPerWeightText() {
        return String.format(Locale.ROOT, "%.2f", bitsPerWeight());
    }

    /// Two decimals, as llama.cpp prints it.
    public String mebibytes() {
        return String.format(Locale.ROOT, "%.2f", bytes / 1048576.0);
    }
}
