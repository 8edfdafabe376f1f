package dev.weightsmith.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// How rotary positions are stretched beyond the length that a model was first trained on.
public sealed interface RopeScaling {
    /// Not at all.
    record None() implements RopeScaling {}

    /// Positions divided by `factor`.
    record Linear(double factor) implements RopeScaling {}

    /// The base grows with the text once it is longer than the context length.
    ///
    /// @param alpha a fixed stretch of the base, where the configuration gives one
    record DynamicNtk(double factor, OptionalDouble alpha) implements RopeScaling {}

    /// YaRN: low frequencies stretched, high ones kept.
    ///
    /// @param original the context length of the first training
    record Yarn(
            double factor,
            int original,
            OptionalDouble extrapolationFactor,
            OptionalDouble attentionFactor,
            OptionalDouble betaFast,
            OptionalDouble betaSlow)
            implements RopeScaling {}

    /// Llama 3.1's: a divisor for each frequency.
    ///
    /// @param original the context length of the first training
    record Llama3(double factor, double lowFrequency, double highFrequency, int original)
            implements RopeScaling {}

    /// A divisor for each frequency that no parameters are known for: what a GGUF file's tensor
    /// `rope_freqs.weight` says.
    ///
    /// @param divisors one for each two elements of a head
    record Divisors(List<Float> divisors) implements RopeScaling {
        public Divisors {
            divisors = List.copyOf(divisors);
        }
    }

    /// The name that Hugging Face configurations have for it; empty for none, and for one that they
    /// cannot say.
    default Optional<String> name() {
        return switch (this) {
            case None none -> Optional.empty();
            case Linear linear -> Optional.of("linear");
            case DynamicNtk dynamic -> Optional.of("dynamic");
            case Yarn yarn -> Optional.of("yarn");
            case Llama3 llama3 -> Optional.of("llama3");
            case Divisors divisors -> Optional.empty();
        };
    }
}
