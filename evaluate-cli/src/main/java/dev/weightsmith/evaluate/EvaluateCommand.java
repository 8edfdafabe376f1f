package dev.weightsmith.evaluate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weightsmith evaluate` alone.
@Command(
        name = "evaluate",
        description = {
            "See that a model works, and what a quantization cost.",
            "",
            "Runs any model that merge reads, in float32 on the processor: for checking, not for"
                    + " serving. Perplexity, comparison and questions go layer by layer, so that a"
                    + " model may be larger than the memory.",
            ""
        },
        customSynopsis = "weightsmith evaluate COMMAND MODEL [OPTIONS]",
        commandListHeading = "Commands:%n",
        subcommands = {
            PerplexityCommand.class,
            GenerateCommand.class,
            CompareCommand.class,
            ChoicesCommand.class,
            AnswersCommand.class
        },
        sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
    private static final int USAGE = 2;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    /// Nothing was asked for.
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }
}
