package dev.weightsmith.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A wish: which model is to be written, and as what.
///
/// @param strict whether an input that is called like a published file must be that file, and an
///   adapter must stand on what it was trained on
public record Request(Origin origin, Target target, boolean strict) {
    /// All files and folders that are read.
    public List<Path> inputs() {
        var inputs = new ArrayList<>(origin.inputs());
        inputs.addAll(target.inputs());
        return inputs;
    }
}
