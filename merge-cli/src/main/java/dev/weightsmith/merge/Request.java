package dev.weightsmith.merge;

import java.nio.file.Path;
import java.util.List;

/// A job as the command line says it. A conversion is a merge without adapters.
///
/// @param model file or folder
/// @param adapters in the order in which they are folded
record Request(Path model, List<Path> adapters, Target target) {
    Request {
        adapters = List.copyOf(adapters);
    }
}
