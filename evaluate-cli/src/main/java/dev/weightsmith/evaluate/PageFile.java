package dev.weightsmith.evaluate;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import dev.weightsmith.report.Colophon;
import dev.weightsmith.report.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The page of `--report`: its place, known to be free before the work begins, and its foot.
record PageFile(Destination destination, Colophon colophon) {
    /// Refuses what a report may not replace: an input, or a name that may be a model's.
    ///
    /// @param inputs files and folders that are read
    /// @throws PlanException unless the file's name ends in `.html` or `.htm`
    /// @throws dev.weightsmith.error.FileException if it is an input or cannot be replaced
    static PageFile of(Path file, List<Path> inputs, Colophon colophon) throws IOException {
        if (!file.toString().toLowerCase(Locale.ROOT).matches("(?s).*\\.html?")) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.OUTPUT_CONFLICT,
                            file,
                            "is no name for a report, expected one that ends in .html"));
        }
        Destination page = Destination.page(file, "--report");
        page.requireApartFrom(inputs);
        Staging.prepare(page, true);
        return new PageFile(page, colophon);
    }

    /// Writes the page, whole or not at all.
    void write(Page page) throws IOException {
        Staging.write(destination, page.bytes(), true);
    }
}
