package dev.weightsmith.quantize;

/// What the choice of types depends on besides the tensors themselves.
///
/// @param keyValueHeads heads of keys and values, which `heads` query heads share
public record ModelFacts(int layers, int heads, int keyValueHeads) {
    public ModelFacts {
        if (layers < 1 || heads < 1 || keyValueHeads < 1) {
            throw new IllegalArgumentException(
                    "%d layers, %d heads, %d".formatted(layers, heads, keyValueHeads));
        }
    }

    /// How many query heads share a key/value head. From 4 on, attention values are so few that
    /// better types for them cost little.
    int sharing() {
        return heads / keyValueHeads;
    }

    /// Whether llama.cpp takes the model for Llama 2 70B.
    boolean is70B() {
        return layers == 80 && heads != keyValueHeads;
    }
}
