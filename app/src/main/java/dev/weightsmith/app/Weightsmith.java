package dev.weightsmith.app;

import dev.weightsmith.cli.CommandRunner;
import dev.weightsmith.cli.Terminal;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.evaluate.EvaluateCommands;
import dev.weightsmith.merge.MergeCommands;
import dev.weightsmith.quantize.cli.QuantizeCommands;
import dev.weightsmith.sha256.Sha256Commands;
import dev.weightsmith.tokenizer.tools.TokenizerCommands;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.TypeConversionException;

/// The whole command line, put together. A new module adds a line to [#COMMANDS].
final class Weightsmith {
    /// In the order in which the overview shows them.
    private static final List<Supplier<List<Object>>> COMMANDS =
            List.of(
                    MergeCommands::all,
                    QuantizeCommands::all,
                    TokenizerCommands::all,
                    Sha256Commands::all,
                    EvaluateCommands::all);

    /// Where the start script says that the sample family is.
    static final String SAMPLES = "weightsmith.samples";

    private static final int WIDEST = 100;
    private static final int NARROWEST = 55;

    private final Terminal terminal;
    private final PrintWriter out;
    private final PrintWriter err;

    Weightsmith(Terminal terminal, PrintWriter out, PrintWriter err) {
        this.terminal = terminal;
        this.out = out;
        this.err = err;
    }

    /// Runs one command line and returns the exit code. Nothing is thrown.
    int run(String... arguments) {
        boolean color = terminal.color() && !List.of(arguments).contains("--no-color");
        return new CommandRunner(commands(color), terminal).run(arguments);
    }

    private CommandLine commands(boolean color) {
        var commands = new CommandLine(new RootCommand());
        for (var module : COMMANDS) {
            module.get().forEach(commands::addSubcommand);
        }
        commands.addSubcommand(
                new DemoCommand(
                        Path.of(System.getProperty(SAMPLES, "samples")),
                        (out, err, arguments) ->
                                new Weightsmith(terminal, out, err).run(arguments)));
        commands.addSubcommand(new CompletionCommand());
        commands.addSubcommand(new HelpCommand());
        commands.getCommandSpec().versionProvider(new VersionText(commands, Engine::kernels));
        return commands.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .registerConverter(Path.class, Weightsmith::path)
                .registerConverter(Pattern.class, Weightsmith::pattern)
                .setColorScheme(
                        Help.defaultColorScheme(color && terminal.out() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(
                        terminal.out()
                                ? Math.clamp(terminal.columns(), NARROWEST, WIDEST)
                                : WIDEST);
    }

    /// An empty argument, such as an unset variable in quotes, would be the current folder.
    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("is empty, expected a file or folder");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'%s' is no path: %s".formatted(text, e.getReason()));
        }
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new TypeConversionException(
                    "'%s' is no regular expression: %s".formatted(text, e.getDescription()));
        }
    }
}
