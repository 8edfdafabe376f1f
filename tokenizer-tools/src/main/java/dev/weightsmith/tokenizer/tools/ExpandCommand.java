package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.JobRunner;
import dev.weightsmith.cli.Jobs;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.TargetOptions;
import dev.weightsmith.job.Request;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weightsmith tokenizer expand`.
@Command(
        name = "expand",
        description = {
            "Grow a model to fit a larger vocabulary, without an adapter.",
            "",
            "The embedding and the output matrix get a row for every new token; all other weights"
                    + " stay as they are, and so do the rows of old tokens. The new vocabulary must"
                    + " begin with the model's own, as tokenizer merge makes it.",
            ""
        },
        customSynopsis =
                "weightsmith tokenizer expand --model PATH --tokenizer FOLDER --out PATH [OPTIONS]",
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Example:",
            "  weightsmith tokenizer expand --model llama-7b-hf --tokenizer chinese-llama \\",
            "      --pad-to-multiple-of 64 --out llama-7b-expanded"
        },
        sortOptions = false)
final class ExpandCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "The model to grow, with its own tokenizer: every form that merge reads.")
    private Path model;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "FOLDER",
            description = "The larger vocabulary: a folder as tokenizer merge writes it.")
    private Path tokenizer;

    @Option(
            names = "--init",
            paramLabel = "mean-of-pieces|mean|zeros|normal:SEED",
            converter = Init.Converter.class,
            description =
                    "The rows of new tokens: the mean of the rows of the pieces that the old"
                            + " vocabulary cuts the new piece into (the default), the mean of all"
                            + " rows, zeros, or random values with deviation 0.02.")
    private Init init = new Init.MeanOfPieces();

    @Option(
            names = "--pad-to-multiple-of",
            paramLabel = "N",
            description = "Add rows that stand for no token until their number is a multiple of N.")
    private int multiple = 1;

    @Mixin private TargetOptions target;
    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        if (multiple < 1 || multiple > 1 << 16) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--pad-to-multiple-of is " + multiple + ", expected 1 to 65536");
        }
        var grown = new GrownModel(model, tokenizer, init, multiple);
        new JobRunner(Jobs.LIBRARY, job, output)
                .run(new Request(grown, target.target(), false), grown);
        return 0;
    }
}
