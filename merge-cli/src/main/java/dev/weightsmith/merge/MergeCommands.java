package dev.weightsmith.merge;

import java.util.List;

/// The commands of this module, for the program that holds them.
public final class MergeCommands {
    private MergeCommands() {}

    /// Command objects for picocli, in the order of an overview.
    public static List<Object> all() {
        var core = new CoreCalls();
        return List.of(new MergeCommand(core), new ConvertCommand(core), new InspectCommand(core));
    }
}
