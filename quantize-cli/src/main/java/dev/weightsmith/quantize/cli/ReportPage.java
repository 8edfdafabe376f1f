package dev.weightsmith.quantize.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Supplement;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.job.Planned;
import dev.weightsmith.loss.QuantizeReport;
import dev.weightsmith.output.QuantizePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The page of `--report`: made after the models are complete, from what stands in the files.
final class ReportPage implements Supplement, Supplement.Page {
    private final Path path;
    private final Path model;
    private final JobOptions job;
    private final OutputOptions output;
    private Optional<QuantizeReport> figures = Optional.empty();

    /// @param model what is quantized
    ReportPage(Path path, Path model, JobOptions job, OutputOptions output) {
        this.path = path;
        this.model = model;
        this.job = job;
        this.output = output;
    }

    @Override
    public List<Page> pages() {
        return List.of(this);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String option() {
        return "--report";
    }

    @Override
    public byte[] bytes(Planned planned, Report written) throws IOException {
        QuantizeReport made =
                measure(
                        String.valueOf(model.toAbsolutePath().normalize().getFileName()),
                        planned.quantized().orElseThrow(),
                        planned.sources(),
                        written,
                        job.threads(),
                        output.progress());
        figures = Optional.of(made);
        return QuantizePage.of(made, output.colophon()).bytes();
    }

    @Override
    public void tell(ObjectNode json) {
        figures.ifPresent(made -> json.set("report", made.json()));
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
