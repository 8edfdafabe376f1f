package dev.weightsmith.cli;

import dev.weightsmith.engine.Engine;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.io.Staging;
import java.io.IOException;

/// A small file that is written beside the output of a job, or into it, when that is complete: a
/// page, a plan.
///
/// @param page what will stand in it
/// @param overwrite whether an existing file may be replaced
record SideFile(Supplement.Page page, Destination destination, boolean overwrite) {
    /// @throws dev.weightsmith.error.FileException if it is an input or one of the job's files
    static SideFile of(Supplement.Page page, Engine engine, boolean overwrite) throws IOException {
        Destination models = engine.destination();
        Destination file = Destination.page(page.path(), page.option()).joining(models);
        file.requireApartFrom(models);
        file.requireApartFrom(engine.inputs());
        return new SideFile(page, file, overwrite);
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
                                .map(name -> page.path().resolveSibling(name).toString())
                                .toList(),
                        displaced.removed())
                : displaced;
    }

    void write(byte[] bytes) throws IOException {
        Staging.write(destination, bytes, overwrite);
    }
}
