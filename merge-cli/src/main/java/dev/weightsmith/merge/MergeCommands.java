package dev.weightsmith.merge;

import dev.weightsmith.cli.Jobs;
import java.util.List;

/// The commands of this module, for the program that holds them.
public final class MergeCommands {
    private MergeCommands() {}

    /// Command objects for picocli, in the order of an overview.
    public static List<Object> all() {
        return List.of(
                new MergeCommand(Jobs.LIBRARY),
                new ConvertCommand(Jobs.LIBRARY),
                new InspectCommand(Inspector::inspect));
    }
}
