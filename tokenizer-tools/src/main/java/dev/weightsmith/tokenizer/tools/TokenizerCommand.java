package dev.weightsmith.tokenizer.tools;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weightsmith tokenizer`, which only holds others.
@Command(
        name = "tokenizer",
        description = {"Merge, inspect and compare vocabularies, and grow a model to fit one.", ""},
        customSynopsis = "weightsmith tokenizer COMMAND [OPTIONS]",
        commandListHeading = "Commands:%n",
        optionListHeading = "Options:%n",
        subcommands = {
            MergeCommand.class,
            InspectCommand.class,
            CompareCommand.class,
            ExpandCommand.class,
            DiffCommand.class
        },
        footer = {
            "",
            "Example: the vocabulary of Chinese-Alpaca from LLaMA's and a Chinese one, and what it"
                    + " gains:",
            "  weightsmith tokenizer merge --base tokenizer.model --add chinese_sp.model \\",
            "      --pad '[PAD]' --out chinese-alpaca",
            "  weightsmith tokenizer compare tokenizer.model chinese-alpaca --text article.txt",
            "",
            "'weightsmith tokenizer COMMAND --help' tells more."
        },
        sortOptions = false)
final class TokenizerCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "tokenizer wants one of " + String.join(", ", spec.subcommands().keySet()));
    }
}
