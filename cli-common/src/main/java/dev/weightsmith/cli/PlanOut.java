package dev.weightsmith.cli;

import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import dev.weightsmith.job.Planned;
import dev.weightsmith.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Path;

/// The file of `--plan-out`.
record PlanOut(Destination destination, boolean overwrite) {
    /// @param models where the job's own output will be
    /// @throws dev.weightsmith.error.FileException if the file exists and may not be replaced, or
    ///   is an input or one of the job's files
    static PlanOut of(Path file, Planned planned, Destination models, boolean overwrite)
            throws IOException {
        Destination page = Destination.page(file, "--plan-out").joining(models);
        page.requireApartFrom(models);
        page.requireApartFrom(planned.read());
        page.requireApartFrom(planned.sources().paths());
        page.displaced(overwrite);
        return new PlanOut(page, overwrite);
    }

    void write(Planned planned) throws IOException {
        Staging.write(
                destination, PlanFile.of(planned.plan(), planned.sources()).bytes(), overwrite);
    }
}
