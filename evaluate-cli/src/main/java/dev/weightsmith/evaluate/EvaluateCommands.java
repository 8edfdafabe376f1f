package dev.weightsmith.evaluate;

import java.util.List;

/// The commands of this module, for the program that holds them.
public final class EvaluateCommands {
    private EvaluateCommands() {}

    /// Command objects for picocli, in the order of an overview.
    public static List<Object> all() {
        return List.of(new EvaluateCommand());
    }
}
