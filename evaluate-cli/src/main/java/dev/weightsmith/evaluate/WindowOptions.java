package dev.weightsmith.evaluate;

import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.inference.PlainText;
import dev.weightsmith.inference.TextWindow;
import dev.weightsmith.tokenizer.TextEncoder;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which text a model is measured on and how it is cut.
final class WindowOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--text",
            required = true,
            paramLabel = "FILE",
            description = "The text, UTF-8.")
    private Path text;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens that the model sees at once (default: ${DEFAULT-VALUE}).")
    private int context;

    @Option(
            names = "--stride",
            paramLabel = "N",
            description =
                    "Tokens between the starts of windows (default: as many as --context). Fewer let"
                            + " each token be foreseen from more.")
    private Optional<Integer> stride = Optional.empty();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "transformers",
            description =
                    "Which tokens count: those of every window but its first (transformers), or the"
                            + " second half of each full window (llama.cpp); default:"
                            + " ${DEFAULT-VALUE}.")
    private TextWindow.Method method;

    @Option(names = "--windows", paramLabel = "N", description = "Take only the first N windows.")
    private Optional<Integer> most = Optional.empty();

    Path text() {
        return text;
    }

    int context() {
        return context;
    }

    TextWindow.Method method() {
        return method;
    }

    /// The windows of the text.
    List<TextWindow> windows(Vocabulary vocabulary) throws IOException {
        require("--context", context, 2, 1 << 20);
        require("--stride", stride.orElse(context), 1, context);
        require("--windows", most.orElse(1), 1, Integer.MAX_VALUE);
        if (stride.isPresent() && method == TextWindow.Method.LLAMA_CPP) {
            throw new ParameterException(
                    command.commandLine(), "--stride has no meaning with --method=llama.cpp");
        }
        int[] ids = new TextEncoder(vocabulary).encode(PlainText.read(text), false);
        List<TextWindow> windows =
                TextWindow.cut(
                        text,
                        ids,
                        context,
                        stride.orElse(context),
                        method,
                        vocabulary.addBegin() ? vocabulary.begin() : OptionalInt.empty());
        return windows.subList(0, Math.min(windows.size(), most.orElse(windows.size())));
    }

    /// Warns where a model is asked for more than it was made for.
    void warnOfLength(OutputOptions output, ModelConfig config) {
        if (context > config.contextLength()) {
            output.warn(
                    "windows of %d tokens are longer than the model's context, %d"
                            .formatted(context, config.contextLength()));
        }
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    command.commandLine(),
                    "%s is %s, expected %d to %d".formatted(option, value, least, most));
        }
    }
}
