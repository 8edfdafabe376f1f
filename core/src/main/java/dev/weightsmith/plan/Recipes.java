package dev.weightsmith.plan;

import dev.weightsmith.checkpoint.Source;
import java.util.ArrayList;
import java.util.List;

/// What a recipe is made of.
public final class Recipes {
    private Recipes() {}

    /// The recipes that `recipe` takes rows from directly.
    public static List<Recipe> inputs(Recipe recipe) {
        return switch (recipe) {
            case Recipe.Load _, Recipe.Constant _, Recipe.Noise _ -> List.of();
            case Recipe.Cast cast -> List.of(cast.input());
            case Recipe.AddLora lora -> List.of(lora.input(), lora.a(), lora.b());
            case Recipe.Transpose transpose -> List.of(transpose.input());
            case Recipe.RotaryRows rotary -> List.of(rotary.input());
            case Recipe.RowRange range -> List.of(range.input());
            case Recipe.ColumnRange range -> List.of(range.input());
            case Recipe.MeanOfRows mean -> List.of(mean.input());
            case Recipe.RepeatRow repeat -> List.of(repeat.row());
            case Recipe.StackRows stack -> stack.parts();
            case Recipe.StackColumns stack -> stack.parts();
        };
    }

    /// `recipe` and everything below it.
    public static List<Recipe> all(Recipe recipe) {
        var found = new ArrayList<Recipe>();
        found.add(recipe);
        for (int i = 0; i < found.size(); i++) {
            found.addAll(inputs(found.get(i)));
        }
        return found;
    }

    /// Whether its rows take arithmetic or another type on the way, and are not only brought along.
    public static boolean isComputed(Recipe recipe) {
        return all(recipe).stream()
                .anyMatch(part ->
                        switch (part) {
                            case Recipe.Cast _, Recipe.AddLora _, Recipe.MeanOfRows _ -> true;
                            case Recipe.Load _,
                                    Recipe.Constant _,
                                    Recipe.Noise _,
                                    Recipe.Transpose _,
                                    Recipe.RotaryRows _,
                                    Recipe.RowRange _,
                                    Recipe.ColumnRange _,
                                    Recipe.RepeatRow _,
                                    Recipe.StackRows _,
                                    Recipe.StackColumns _ ->
                                    false;
                        });
    }

    /// The files that its rows are read from, each once.
    public static List<Source> sources(Recipe recipe) {
        return all(recipe).stream()
                .filter(Recipe.Load.class::isInstance)
                .map(load -> ((Recipe.Load) load).source())
                .distinct()
                .toList();
    }
}
