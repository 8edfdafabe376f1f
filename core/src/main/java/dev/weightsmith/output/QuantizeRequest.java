package dev.weightsmith.output;

import dev.weightsmith.quantize.ImportanceMatrix;
import dev.weightsmith.quantize.QuantizationOptions;
import java.util.List;
import java.util.Optional;

/// All that is the same for every file type that is made of a model.
///
/// @param allowRequantize whether tensors that are quantized already may be quantized again
/// @param overrides metadata values, set in this order
public record QuantizeRequest(
        QuantizationOptions options,
        Optional<ImportanceMatrix> importance,
        boolean allowRequantize,
        List<MetadataOverride> overrides,
        SplitRule split) {
    public QuantizeRequest {
        overrides = List.copyOf(overrides);
    }

    /// Nothing special.
    public static QuantizeRequest plain() {
        return new QuantizeRequest(
                QuantizationOptions.none(), Optional.empty(), false, List.of(), SplitRule.none());
    }
}
