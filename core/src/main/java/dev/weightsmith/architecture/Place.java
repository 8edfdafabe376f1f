package dev.weightsmith.architecture;

import dev.weightsmith.tensor.Shape;
import java.util.OptionalInt;

/// Which tensor of a model one is: a part's weight or bias, in a layer or outside of them.
///
/// @param layer from 0 on; empty outside of layers
public record Place(Part part, OptionalInt layer, boolean isBias) {
    public Role role() {
        return part.role();
    }

    public Shape shape(Sizes sizes) {
        return isBias ? part.biasShape(sizes) : part.shape(sizes);
    }

    /// How many heads its rows are, where Meta and GGUF have them in another order.
    public OptionalInt rotaryHeads(Sizes sizes) {
        return part.rotary().isPresent()
                ? OptionalInt.of(part.rotary().get().of(sizes))
                : OptionalInt.empty();
    }
}
