package dev.weightsmith.quantize.cli;

import dev.weightsmith.cli.Converters;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.JobRunner;
import dev.weightsmith.cli.Jobs;
import dev.weightsmith.cli.KnownInputOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.QuantizingOptions;
import dev.weightsmith.cli.SplitOptions;
import dev.weightsmith.cli.Supplement;
import dev.weightsmith.job.Merging;
import dev.weightsmith.job.Request;
import dev.weightsmith.job.Target;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.output.SplitRule;
import dev.weightsmith.quantize.FileType;
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
    private final Jobs jobs;

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

    @Mixin private KnownInputOptions known;
    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    QuantizeCommand(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public Integer call() throws IOException {
        requireSense();
        var request =
                new Request(
                        Merging.nothing(model),
                        Target.ofFile(
                                out,
                                types.stream().distinct().toList(),
                                QuantizePlan.stem(model),
                                quantizing.request(
                                        keepSplit ? new SplitRule.Keep() : split.rule())),
                        known.strict());
        Supplement page =
                report.isPresent()
                        ? new ReportPage(report.get(), model, job, output)
                        : Supplement.NONE;
        new JobRunner(jobs, job, output).run(request, page);
        return 0;
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

    private ParameterException mistake(String text) {
        return new ParameterException(command.commandLine(), text);
    }
}
