package dev.weightsmith.lora;

import dev.weightsmith.plan.Recipe;

/// The two small matrices that change one module's weight by `(b · a) * scale`.
///
/// @param a float32, rank × columns of the weight
/// @param b float32, rows of the weight × rank
public record LoraPair(Recipe a, Recipe b, int rank, float scale) {}
