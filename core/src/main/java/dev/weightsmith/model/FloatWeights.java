package dev.weightsmith.model;

import dev.weightsmith.engine.RowReader;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Recipes;
import dev.weightsmith.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Weights as plain numbers, where a model may hold them in blocks.
final class FloatWeights {
    private FloatWeights() {}

    /// The model as adapters can be folded into it: one that holds other numbers than F32, F16 and
    /// BF16 is taken as what a conversion to `type` would have written of it.
    ///
    /// @throws PlanException if the values of a tensor cannot be had
    static LlamaModel in(LlamaModel model, DType type) {
        if (model.tensors().values().stream().allMatch(FloatWeights::isFoldable)) {
            return model;
        }
        var tensors = new LinkedHashMap<String, Recipe>();
        model.tensors()
                .forEach((name, recipe) -> {
                    boolean stays = recipe.shape().rank() < 2 && isFoldable(recipe);
                    tensors.put(name, stays ? recipe : readable(model, name, recipe).as(type));
                });
        return model.withTensors(tensors);
    }

    private static boolean isFoldable(Recipe recipe) {
        return switch (recipe.dtype()) {
            case F32, F16, BF16 -> true;
            default -> false;
        };
    }

    /// What there is to say of [#in], if the model is quantized.
    static Optional<Finding> warning(LlamaModel model, DType type) {
        return model.tensors().values().stream()
                .map(Recipe::dtype)
                .filter(DType::isQuantized)
                .findFirst()
                .map(quantized ->
                        Finding.warning(
                                model.path(),
                                "is quantized (%s): adapters are folded into its weights as %s, which keep what quantizing has cost"
                                        .formatted(quantized, type),
                                "fold into the model that it was quantized from, if you can"));
    }

    /// @param form of the output, as in "a Hugging Face model"
    /// @throws PlanException if one of the tensors to write stays quantized, or is made of one
    ///   whose values cannot be had
    static void require(LlamaModel model, List<PlannedTensor> tensors, String form) {
        for (PlannedTensor tensor : tensors) {
            if (tensor.recipe().dtype().isQuantized()) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.UNSUPPORTED,
                                        model.path(),
                                        "tensor %s is %s, which %s does not have"
                                                .formatted(
                                                        Printable.name(tensor.name()),
                                                        tensor.recipe().dtype(),
                                                        form))
                                .withHint("choose a type: --type F32, F16 or BF16"));
            }
            for (Recipe part : Recipes.all(tensor.recipe())) {
                if (part instanceof Recipe.Cast cast) {
                    readable(model, tensor.name(), cast.input());
                }
            }
        }
    }

    private static Recipe readable(LlamaModel model, String name, Recipe recipe) {
        if (!RowReader.hasFloats(recipe.dtype())) {
            throw new PlanException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    model.path(),
                                    "tensor %s is %s, whose values cannot be read as numbers"
                                            .formatted(Printable.name(name), recipe.dtype()))
                            .withHint("take the model that it was quantized from"));
        }
        return recipe;
    }
}
