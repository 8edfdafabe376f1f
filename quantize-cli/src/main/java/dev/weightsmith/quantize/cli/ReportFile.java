package dev.weightsmith.quantize.cli;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.io.Staging;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.report.QuantizeReport;
import dev.weightsmith.report.Colophon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The page of `--report`: made after the models are complete, from what stands in the files.
///
/// @param path as it was given
/// @param overwrite whether an existing page may be replaced
record ReportFile(Path path, Destination destination, boolean overwrite, Colophon colophon) {
    /// A page beside the files that an engine writes, or among them.
    ///
    /// @throws dev.weightsmith.error.FileException if the page is an input or one of those files
    static ReportFile of(Path path, Engine engine, boolean overwrite, Colophon colophon)
            throws IOException {
        Destination models = engine.destination();
        Destination page = Destination.page(path, "--report").joining(models);
        page.requireApartFrom(models);
        page.requireApartFrom(engine.inputs());
        return new ReportFile(path, page, overwrite, colophon);
    }

    /// Makes sure, before hours of work, that the page can be written then.
    ///
    /// @throws dev.weightsmith.error.FileException if it exists and may not be replaced
    void prepare() throws IOException {
        Staging.prepare(destination, overwrite);
    }

    /// What would give way to the page.
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

    /// Measures what was written and writes the page.
    ///
    /// @param model the name of what was quantized
    QuantizeReport write(
            String model,
            QuantizePlan plan,
            Sources sources,
            Report written,
            int threads,
            Progress progress)
            throws IOException {
        QuantizeReport report = measure(model, plan, sources, written, threads, progress);
        Staging.write(destination, QuantizePage.of(report, colophon).bytes(), overwrite);
        return report;
    }

    private static QuantizeReport measure(
            String model,
            QuantizePlan plan,
            Sources sources,
            Report written,
            int threads,
            Progress progress)
            throws IOException {
        var files = new ArrayList<QuantizeReport.Written>();
        try {
            for (int i = 0; i < plan.models().size(); i++) {
                List<String> names = plan.names().get(i);
                long bytes =
                        written.files().stream()
                                .filter(file -> names.contains(file.name()))
                                .mapToLong(Report.Written::bytes)
                                .sum();
                Path first =
                        plan.plan().folder()
                                ? written.target().resolve(names.getFirst())
                                : written.target();
                files.add(
                        new QuantizeReport.Written(
                                names.getFirst(),
                                bytes,
                                plan.models().get(i),
                                GgufFile.open(first)));
            }
            return QuantizeReport.measure(model, files, sources, threads, progress);
        } finally {
            for (QuantizeReport.Written file : files) {
                file.file().close();
            }
        }
    }
}
