package dev.weightsmith.quantize.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Supplement;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import dev.weightsmith.job.Planned;
import dev.weightsmith.loss.QuantizeReport;
import dev.weightsmith.output.QuantizePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The page of `--report`: made after the models are complete, from what stands in the files.
final class ReportPage implements Supplement {
    private final Path file;
    private final Path model;
    private final JobOptions job;
    private final OutputOptions output;
    private @Nullable Destination destination;
    private Optional<QuantizeReport> figures = Optional.empty();

    /// @param model what is quantized
    ReportPage(Path file, Path model, JobOptions job, OutputOptions output) {
        this.file = file;
        this.model = model;
        this.job = job;
        this.output = output;
    }

    @Override
    public void require(Planned planned, Destination models) throws IOException {
        Destination page = Destination.page(file, "--report").joining(models);
        page.requireApartFrom(models);
        page.requireApartFrom(planned.read());
        page.displaced(job.overwrite());
        destination = page;
    }

    @Override
    public void finish(Planned planned, Report written) throws IOException {
        QuantizeReport made =
                measure(
                        String.valueOf(model.toAbsolutePath().normalize().getFileName()),
                        planned.quantized().orElseThrow(),
                        planned.sources(),
                        written,
                        job.threads(),
                        output.progress());
        Staging.write(
                Objects.requireNonNull(destination),
                QuantizePage.of(made, output.colophon()).bytes(),
                job.overwrite());
        figures = Optional.of(made);
    }

    @Override
    public void tell(ObjectNode json) {
        figures.ifPresent(made -> json.set("report", made.json()));
    }

    @Override
    public List<String> lines() {
        return List.of("report: " + file);
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
