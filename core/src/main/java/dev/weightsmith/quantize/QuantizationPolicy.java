package dev.weightsmith.quantize;

import dev.weightsmith.pattern.StepBudget;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.TensorInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Which type each tensor of a file gets: llama.cpp's choice for LLaMA models, and F16 where
/// llama.cpp gives up (docs/specs/quantize-types.md#order-of-choice).
///
/// A pure function of headers.
public final class QuantizationPolicy {
    private final FileType type;
    private final QuantizationOptions options;
    private final MixtureRules rules;
    private final StepBudget budget = new StepBudget();

    private QuantizationPolicy(FileType type, QuantizationOptions options, MixtureRules rules) {
        this.type = type;
        this.options = options;
        this.rules = rules;
    }

    /// The choice for every tensor.
    ///
    /// @param tensors all of the model, under their GGUF names, in the order of the output file:
    ///   some rules count
    /// @param hasImportanceMatrix whether there is one, whatever tensors it knows
    public static SequencedMap<String, TypeChoice> choose(
            FileType type,
            QuantizationOptions options,
            ModelFacts facts,
            List<TensorInfo> tensors,
            boolean hasImportanceMatrix) {
        var policy =
                new QuantizationPolicy(
                        type,
                        options,
                        MixtureRules.of(type, options, facts, tensors, hasImportanceMatrix));
        var choices = new LinkedHashMap<String, TypeChoice>();
        for (TensorInfo tensor : tensors) {
            choices.put(tensor.name(), policy.choice(tensor));
        }
        return Collections.unmodifiableSequencedMap(choices);
    }

    private TypeChoice choice(TensorInfo tensor) {
        TensorRole role = TensorRole.of(tensor.name());
        if (!isEligible(tensor, role)) {
            return TypeChoice.kept(tensor.dtype());
        }
        long columns = tensor.columns();
        Optional<DType> explicit =
                switch (role) {
                    case EMBEDDING -> options.tokenEmbeddingType();
                    case OUTPUT -> options.outputTensorType();
                    default -> Optional.empty();
                };
        if (explicit.isPresent()) {
            return ShapeFallback.ofExplicit(explicit.get(), columns);
        }
        if (!type.mainType().isQuantized()) {
            return ShapeFallback.of(type.mainType(), columns);
        }
        return ShapeFallback.of(wanted(tensor, role), columns);
    }

    /// A tensor with an override does not count for the rules.
    private DType wanted(TensorInfo tensor, TensorRole role) {
        for (TypeOverride override : options.overrides()) {
            if (override.matches(tensor.name(), budget)) {
                return override.dtype();
            }
        }
        return options.pure() ? type.mainType() : rules.next(role, tensor.columns());
    }

    private boolean isEligible(TensorInfo tensor, TensorRole role) {
        return tensor.shape().rank() >= 2
                && tensor.name().endsWith("weight")
                && !tensor.name().endsWith("_norm.weight")
                && !(role == TensorRole.OUTPUT && options.leaveOutputTensor());
    }
}
