package dev.weightsmith.quantize.cli;

import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.io.Staging;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.report.HtmlReport;
import dev.weightsmith.quantize.report.QuantizeReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The page of `--report`: made after the models are complete, from what stands in the files.
///
/// @param path as it was given
/// @param overwrite whether an existing page may be replaced
public record ReportFile(Path path, Destination destination, boolean overwrite) {
    /// A page beside the files of a plan, or among them.
    ///
    /// @param inputs files and folders that are read
    /// @throws dev.weightsmith.error.FileException if the page is an input or one of the plan's
    ///   files
    public static ReportFile of(Path path, Plan plan, List<Path> inputs, boolean overwrite)
            throws IOException {
        Destination models = Engine.destination(plan);
        Destination page = Destination.page(path, "--report").joining(models);
        page.requireApartFrom(models);
        page.requireApartFrom(inputs);
        return new ReportFile(path, page, overwrite);
    }

    /// Makes sure, before hours of work, that the page can be written then.
    ///
    /// @throws dev.weightsmith.error.FileException if it exists and may not be replaced
    public void prepare() throws IOException {
        Staging.prepare(destination, overwrite);
    }

    /// What would give way to the page.
    ///
    /// @throws dev.weightsmith.error.FileException if that may not be
    public Displaced displaced() throws IOException {
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
    public QuantizeReport write(
            String model, QuantizePlan plan, Report written, int threads, Progress progress)
            throws IOException {
        QuantizeReport report = measure(model, plan, written, threads, progress);
        Staging.write(
                destination, HtmlReport.of(report).getBytes(StandardCharsets.UTF_8), overwrite);
        return report;
    }

    private static QuantizeReport measure(
            String model, QuantizePlan plan, Report written, int threads, Progress progress)
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
            return QuantizeReport.measure(model, files, threads, progress);
        } finally {
            for (QuantizeReport.Written file : files) {
                file.file().close();
            }
        }
    }
}
