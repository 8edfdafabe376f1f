package dev.weightsmith.architecture;

import dev.weightsmith.tensor.Shape;
import java.util.Optional;
import java.util.OptionalInt;

/// Which tensor of a model one is: a part's weight or bias, in a layer or outside of them.
///
/// @param layer from 0 on; empty outside of layers
public record Place(Part part, OptionalInt layer, boolean isBias) {
    public Shape shape(Sizes sizes) {
        return isBias ? part.biasShape(sizes) : part.shape(sizes);
    }

    /// How many heads its rows are, where Meta and GGUF have them in another order.
    public Optional<Integer> rotaryHeads(Sizes sizes) {
        return part.rotary().map(heads -> heads.of(sizes));
    }

    /// The field of `config.json` that announces it, if it is a bias that only some models have.
    public Optional<String> announcedBy() {
        return isBias && part.bias() instanceof Part.Bias.Announced(String field)
                ? Optional.of(field)
                : Optional.empty();
    }
}
