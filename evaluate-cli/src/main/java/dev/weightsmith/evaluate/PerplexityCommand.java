package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.TimeSpan;
import dev.weightsmith.error.Printable;
import dev.weightsmith.inference.Perplexity;
import dev.weightsmith.inference.TextWindow;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelVocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weightsmith evaluate perplexity`.
@Command(
        name = "perplexity",
        description = {
            "Measure how well a model foresees a text: the lower the better.",
            "",
            "One layer's weights are in memory at a time, as float32; every window goes through a"
                    + " layer before the next is read.",
            ""
        },
        customSynopsis = "weightsmith evaluate perplexity MODEL --text FILE [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith evaluate perplexity alpaca-q4_k_m.gguf --text wiki.txt",
            "  Count as llama.cpp's tool counts:",
            "    weightsmith evaluate perplexity alpaca.gguf --text wiki.txt --method llama.cpp"
        },
        sortOptions = false)
final class PerplexityCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "A file or folder.")
    private Path path;

    @Mixin private WindowOptions text;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page (HTML) with the loss along the text.")
    private Optional<Path> report = Optional.empty();

    @Mixin private RunOptions run;

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        Perplexity perplexity;
        Optional<PageFile> page =
                report.isPresent()
                        ? Optional.of(
                                PageFile.of(
                                        report.get(),
                                        List.of(path, text.text()),
                                        output.colophon()))
                        : Optional.empty();
        try (var model = Model.open(path)) {
            List<TextWindow> windows = text.windows(ModelVocabulary.of(model));
            text.warnOfLength(output, model.config());
            int together = run.memory().windows(model, text.context(), 1);
            try (var manager = Torch.start(run.threads())) {
                perplexity =
                        Perplexity.measure(
                                manager,
                                model,
                                windows,
                                Math.min(together, windows.size()),
                                run.threads(),
                                output.progress());
            }
        }
        long took = System.nanoTime() - started;
        if (page.isPresent()) {
            page.get().write(PerplexityPage.of(path, text, perplexity, page.get().colophon()));
        }
        if (output.json()) {
            output.print(json(perplexity, took));
        } else {
            output.out()
                    .println(
                            String.format(
                                    Locale.ROOT,
                                    "%s: perplexity %.4f, loss %.5f over %d tokens in %d windows,"
                                            + " %s",
                                    Printable.text(path.toString()),
                                    perplexity.perplexity(),
                                    perplexity.loss(),
                                    perplexity.counted(),
                                    perplexity.windows().size(),
                                    new TimeSpan(took)));
        }
        return 0;
    }

    private ObjectNode json(Perplexity perplexity, long took) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", path.toString());
        json.put("text", text.text().toString());
        json.put("method", text.method().toString());
        json.put("context", text.context());
        json.put("counted", perplexity.counted());
        json.put("loss", perplexity.loss());
        json.put("perplexity", perplexity.perplexity());
        json.put("seconds", took / 1e9);
        var windows = json.putArray("windows");
        for (Perplexity.WindowLoss window : perplexity.windows()) {
            windows.addObject()
                    .put("start", window.start())
                    .put("tokens", window.tokens())
                    .put("counted", window.counted())
                    .put("loss", window.loss());
        }
        return json;
    }
}
