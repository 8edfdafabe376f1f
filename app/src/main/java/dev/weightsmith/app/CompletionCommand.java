package dev.weightsmith.app;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weightsmith completion`: lets the shell complete commands, options and file names.
@Command(
        name = "completion",
        description = "Print a script that teaches bash or zsh to complete weightsmith commands.",
        footer = {
            "",
            "For this shell:",
            "  source <(weightsmith completion bash)",
            "For every new one:",
            "  weightsmith completion bash > ~/.local/share/bash-completion/completions/weightsmith",
            "  echo 'source <(weightsmith completion zsh)' >> ~/.zshrc"
        })
final class CompletionCommand implements Runnable {
    enum Shell {
        bash,
        zsh
    }

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh", description = "The shell to write for.")
    Shell shell;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Override
    public void run() {
        var root = spec.root().commandLine();
        var out = spec.commandLine().getOut();
        // One script serves both: it looks which shell runs it.
        out.print(AutoComplete.bash(root.getCommandName(), root));
    }
}
