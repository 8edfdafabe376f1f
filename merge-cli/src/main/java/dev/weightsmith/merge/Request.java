package dev.weightsmith.merge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A job as the command line says it. A conversion is a merge without adapters.
///
/// @param model file or folder
/// @param adapters in the order in which they are folded
/// @param roundOnce whether deltas are added in float32 and rounded once at the end
/// @param strict whether an input that is called like a published file must be that file
record Request(Path model, List<Path> adapters, boolean roundOnce, boolean strict, Target target) {
    Request {
        adapters = List.copyOf(adapters);
    }

    /// All files and folders that are read.
    List<Path> inputs() {
        var inputs = new ArrayList<Path>();
        inputs.add(model);
        inputs.addAll(adapters);
        inputs.addAll(target.inputs());
        return inputs;
    }
}
