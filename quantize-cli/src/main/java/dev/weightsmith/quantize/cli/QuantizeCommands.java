package dev.weightsmith.quantize.cli;

import dev.weightsmith.cli.Jobs;
import java.util.List;

/// The commands of this module, for the program that holds them.
public final class QuantizeCommands {
    private QuantizeCommands() {}

    /// Command objects for picocli, in the order of an overview.
    public static List<Object> all() {
        return List.of(new QuantizeCommand(Jobs.LIBRARY));
    }
}
