package dev.weightsmith.cli;

import dev.weightsmith.engine.Engine;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.io.Staging;
import java.io.IOException;
import java.nio.file.Path;

/// A small file that is written beside the output of a job, or into it, when that is complete: a
/// page, a plan.
///
/// @param path as it was given
/// @param overwrite whether an existing file may be replaced
record SideFile(Path path, Destination destination, boolean overwrite) {
    /// @param option that names it
    /// @throws dev.weightsmith.error.FileException if it is an input or one of the job's files
    static SideFile of(Path path, String option, Engine engine, boolean overwrite)
            throws IOException {
        Destination models = engine.destination();
        Destination file = Destination.page(path, option).joining(models);
        file.requireApartFrom(models);
        file.requireApartFrom(engine.inputs());
        return new SideFile(path, file, overwrite);
    }

    /// Makes sure, before hours of work, that it can be written then.
    ///
    /// @throws dev.weightsmith.error.FileException if it exists and may not be replaced
    void prepare() throws IOException {
        Staging.prepare(destination, overwrite);
    }

    /// What would give way to it.
    ///
    /// @throws dev.weightsmith.error.FileException if that may not be
    Displaced displaced() throws IOException {
        Displaced displaced = destination.displaced(overwrite);
        return destination.isFile()
                ? new Displaced(
                        displaced.replaced().stream()
                                .map(name -> path.resolveSibling(name).toString())
                                .toList(),
                        displaced.removed())
                : displaced;
    }

    void write(byte[] bytes) throws IOException {
        Staging.write(destination, bytes, overwrite);
    }
}
