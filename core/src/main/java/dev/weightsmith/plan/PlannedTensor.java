package dev.weightsmith.plan;

import dev.weightsmith.tensor.TensorInfo;

/// A tensor of the output and how its rows are made.
public record PlannedTensor(String name, Recipe recipe) {
    public TensorInfo info() {
        return new TensorInfo(name, recipe.dtype(), recipe.shape());
    }
}
