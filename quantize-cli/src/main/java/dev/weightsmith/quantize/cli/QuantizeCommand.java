package dev.weightsmith.quantize.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.Going;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.PlanReport;
import dev.weightsmith.cli.WrittenReport;
import dev.weightsmith.engine.DiskSpace;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizePlan;
import dev.weightsmith.quantize.QuantizeRequest;
import dev.weightsmith.quantize.QuantizeSource;
import dev.weightsmith.quantize.SplitRule;
import dev.weightsmith.quantize.report.QuantizeReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weightsmith quantize`.
@Command(
        name = "quantize",
        description = {
            "Write a model with fewer bits per weight, for llama.cpp.",
            "",
            "Reads a GGUF file (the first where it is split) or any model that merge and convert"
                    + " read. The files are llama.cpp's byte for byte, whatever --threads and"
                    + " --max-memory say; several types are made from one reading.",
            "",
            "Types, with bits per weight of a 7B model: Q8_0 (8.5) is hardly to be told from 16"
                    + " bits; Q6_K (6.6) and Q5_K_M (5.7) lose little; Q4_K_M (4.9) is what most"
                    + " people use; IQ4_XS (4.4) is the smallest that holds up well; Q3_K_M (3.9)"
                    + " and Q2_K (3.0) lose more with every step. S, M and L of a type are small,"
                    + " medium and large mixtures: more or fewer tensors get a better type. Q4_0,"
                    + " Q4_1, Q5_0 and Q5_1 are for old programs, F32, F16 and BF16 are not"
                    + " quantized.",
            ""
        },
        customSynopsis = "weightsmith quantize MODEL --type TYPE[,TYPE...] --out PATH [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  One file:",
            "    weightsmith quantize llama-7b-f16.gguf --type Q4_K_M --out llama-7b-q4_k_m.gguf",
            "  Three types at once, compared on a page:",
            "    weightsmith quantize llama-7b-hf --type Q4_K_M,Q5_K_M,Q8_0 --out quantized \\",
            "        --report quantized.html",
            "  How large would it be?",
            "    weightsmith quantize llama-7b-f16.gguf --type Q3_K_M --out x.gguf --dry-run",
            "  With an importance matrix, and more bits for the tensors that suffer most:",
            "    weightsmith quantize llama-7b-f16.gguf --type IQ4_XS --out x.gguf \\",
            "        --imatrix llama-7b.imatrix.gguf --tensor-type ffn_down=Q6_K"
        },
        sortOptions = false)
final class QuantizeCommand implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "The GGUF file or model folder to quantize.")
    private Path model;

    @Option(
            names = "--type",
            required = true,
            split = ",",
            paramLabel = "TYPE",
            converter = Converters.OfFileType.class,
            description =
                    "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q2_K_S Q3_K_S Q3_K_M Q3_K_L Q4_K_S"
                            + " Q4_K_M Q5_K_S Q5_K_M Q6_K IQ4_NL IQ4_XS; Q3_K, Q4_K and Q5_K mean"
                            + " the M of it.")
    private List<FileType> types = new ArrayList<>();

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "PATH",
            description =
                    "A file where it ends in .gguf; else a folder, in which files are named"
                            + " MODEL-TYPE.gguf. It appears under this name only when complete.")
    private Path out;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description =
                    "When all is written, measure the errors and write a page about sizes, types"
                            + " and errors of all tensors. With --json also as JSON.")
    private Optional<Path> report = Optional.empty();

    @Mixin private QuantizingOptions quantizing;
    @Mixin private SplitOptions split;

    @Option(
            names = "--keep-split",
            description = "As many files, with the same tensors, as the model has now.")
    private boolean keepSplit;

    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws IOException {
        requireSense();
        String stem = QuantizePlan.stem(model);
        QuantizeRequest request =
                quantizing.request(keepSplit ? new SplitRule.Keep() : split.rule());
        try (var opened = OpenedSource.open(model, stem)) {
            var plan =
                    QuantizePlan.of(
                            opened.source(),
                            stem,
                            out,
                            types.stream().distinct().toList(),
                            request);
            opened.findings().forEach(this::tell);
            plan.findings().forEach(this::tell);
            if (job.dryRun()) {
                describe(plan, opened.source());
            } else {
                carryOut(plan, opened.source());
            }
        }
        return 0;
    }

    private void tell(Finding finding) {
        switch (finding.severity()) {
            case NOTE -> output.note(finding.problem().toString());
            case WARNING -> output.warn(finding.problem().toString(), finding.problem().hint());
            // Errors have stopped the planning.
            case ERROR -> throw new PlanException(finding.problem());
        }
    }

    private void requireSense() {
        if (out.toString().isBlank()) {
            throw mistake("--out is empty");
        }
        if (keepSplit && split.isGiven()) {
            throw mistake("--keep-split and --split-max-size or -tensors contradict each other");
        }
        if (types.stream().distinct().count() > 1 && QuantizePlan.isGgufName(out)) {
            throw mistake(
                    "several types are several files, but --out ends in .gguf: give a folder");
        }
    }

    private void describe(QuantizePlan plan, QuantizeSource source) throws IOException {
        Engine engine = engine(plan, source);
        var going = Going.of(() -> displaced(engine));
        DiskSpace disk = engine.space();
        var described =
                new PlanReport(
                        plan.plan(),
                        out,
                        plan.findings(),
                        going.displaced(),
                        disk,
                        engine.memory(),
                        job.maxMemory());
        if (output.json()) {
            output.print(described.json());
        } else {
            described.print(output.out());
        }
        // The plan is worth seeing, but a script must learn that it cannot be carried out.
        output.out().flush();
        going.require();
        disk.require();
    }

    private Displaced displaced(Engine engine) throws IOException {
        Displaced models = engine.displaced();
        Optional<ReportFile> page = page(engine);
        return page.isPresent() ? models.and(page.get().displaced()) : models;
    }

    private void carryOut(QuantizePlan plan, QuantizeSource source) throws IOException {
        Engine engine = engine(plan, source);
        Optional<ReportFile> page = page(engine);
        if (page.isPresent()) {
            page.get().prepare();
        }
        Report written = engine.run(Engine.Condition.NONE, output.progress());
        Optional<QuantizeReport> figures = Optional.empty();
        if (page.isPresent()) {
            figures =
                    Optional.of(
                            page.get()
                                    .write(
                                            String.valueOf(
                                                    model.toAbsolutePath()
                                                            .normalize()
                                                            .getFileName()),
                                            plan,
                                            source.sources(),
                                            written,
                                            job.threads(),
                                            output.progress()));
        }
        print(plan, written, figures);
    }

    /// The page, if one is asked for.
    private Optional<ReportFile> page(Engine engine) throws IOException {
        if (report.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ReportFile.of(report.get(), engine, job.overwrite(), output.colophon()));
    }

    private void print(QuantizePlan plan, Report written, Optional<QuantizeReport> figures) {
        var result = new WrittenReport(out, written, plan.findings());
        if (output.json()) {
            ObjectNode json = result.json();
            figures.ifPresent(made -> json.set("report", made.json()));
            output.print(json);
        } else if (!output.quiet()) {
            result.print(output.out());
            report.ifPresent(
                    path -> output.out().println("report: " + Printable.text(path.toString())));
        }
    }

    private Engine engine(QuantizePlan plan, QuantizeSource source) {
        var inputs = new ArrayList<>(quantizing.inputs());
        inputs.add(model);
        return new Engine(plan.plan(), out, source.sources(), job.engine().reading(inputs));
    }

    private ParameterException mistake(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
