package dev.weightsmith.lora;

import dev.weightsmith.error.Finding;
import dev.weightsmith.plan.Recipe;
import java.util.List;
import java.util.SequencedMap;

/// Turns a model's recipes into those of the model with adapters folded in.
public final class LoraPlanner {
    private LoraPlanner() {}

    /// The recipes of the merged model. Nothing is read.
    ///
    /// @param model by Hugging Face name, rotary rows in Hugging Face order
    /// @param adapters in the order in which they are folded
    /// @param roundOnce whether the deltas of all adapters are added in float32 and rounded once,
    ///   instead of once per adapter as the reference scripts do
    /// @throws dev.weightsmith.error.PlanException with everything that does not fit
    public static SequencedMap<String, Recipe> fold(
            SequencedMap<String, Recipe> model, List<LoraAdapter> adapters, boolean roundOnce) {
        var fold = new Fold(model, roundOnce);
        adapters.forEach(fold::add);
        Finding.requireNoErrors(fold.findings());
        return fold.tensors();
    }
}
