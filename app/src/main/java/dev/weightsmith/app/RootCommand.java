package dev.weightsmith.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weightsmith` alone.
@Command(
        name = "weightsmith",
        customSynopsis = "weightsmith COMMAND [OPTIONS]",
        description = {
            "",
            "Folds LoRA adapters into LLaMA-family models and converts models between the forms of"
                    + " PyTorch, Hugging Face, Meta and GGUF: offline, in bounded memory, with the"
                    + " reference programs' bits.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  What is in a file or folder?",
            "    weightsmith inspect llama-7b-hf",
            "  Fold two adapters, in this order, into a model for llama.cpp:",
            "    weightsmith merge --base llama-7b-hf --lora llama-plus-lora \\",
            "        --lora alpaca-plus-lora --out alpaca.gguf",
            "  See first what that would write:",
            "    weightsmith merge ... --dry-run",
            "",
            "'weightsmith help COMMAND' tells more.",
            "Exit codes: 0 done, 1 internal error, 2 command line, 3 malformed input, 4 refused"
                    + " input, 5 a check failed, 6 unsupported, 7 output exists, 8 no space, 9 I/O"
                    + " error, 10 over a limit, 11 input changed, 129, 130, 141, 143 signals."
        },
        commandListHeading = "Commands:%n",
        sortOptions = false)
final class RootCommand implements Callable<Integer> {
    private static final int USAGE = 2;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version; with --verbose also what it runs on.")
    boolean version;

    @Option(
            names = {"-v", "--verbose"},
            hidden = true)
    boolean verbose;

    /// Nothing was asked for.
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }
}
