package dev.weightsmith.quantize;

import dev.weightsmith.tensor.DType;
import java.util.List;
import java.util.Optional;

/// What the user wants otherwise than the file type's rules have it.
///
/// @param pure the main type for every matrix, the embedding and the output matrix too
/// @param leaveOutputTensor `output.weight` stays as it is
/// @param overrides the first whose pattern is found in a tensor's name decides
public record QuantizationOptions(
        boolean pure,
        boolean leaveOutputTensor,
        Optional<DType> outputTensorType,
        Optional<DType> tokenEmbeddingType,
        List<TypeOverride> overrides) {
    public QuantizationOptions {
        overrides = List.copyOf(overrides);
    }

    /// Nothing special.
    public static QuantizationOptions none() {
        return new QuantizationOptions(false, false, Optional.empty(), Optional.empty(), List.of());
    }
}
