package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.ByteSize;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.error.Printable;
import dev.weightsmith.inference.Comparison;
import dev.weightsmith.inference.TextWindow;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelVocabulary;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weightsmith evaluate compare`.
@Command(
        name = "compare",
        description = {
            "Compare models with the one that they were made from, on a text.",
            "",
            "One row per model: size, bits per weight, perplexity, how far its probabilities are"
                    + " from the reference's (Kullback-Leibler divergence, mean and largest), and how"
                    + " often both find the same token likeliest.",
            ""
        },
        customSynopsis = "weightsmith evaluate compare REFERENCE MODEL... --text FILE [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith evaluate compare f16.gguf q8_0.gguf q4_k_m.gguf --text wiki.txt \\",
            "      --report loss.html"
        },
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {
    private static final List<String> HEADINGS =
            List.of(
                    "model",
                    "size",
                    "bits/weight",
                    "perplexity",
                    "loss",
                    "mean KL",
                    "max KL",
                    "same top");

    @Parameters(index = "0", paramLabel = "REFERENCE", description = "The model to compare with.")
    private Path reference;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "MODEL",
            description = "Models with the same vocabulary.")
    private List<Path> paths = List.of();

    @Mixin private WindowOptions text;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page (HTML) with the table and a plot of size against loss.")
    private Optional<Path> report = Optional.empty();

    @Mixin private RunOptions run;

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        Optional<PageFile> page =
                report.isPresent()
                        ? Optional.of(PageFile.of(report.get(), inputs(), output.colophon()))
                        : Optional.empty();
        List<Comparison.Row> rows = compare();
        if (page.isPresent()) {
            page.get()
                    .write(ModelsPage.of(rows, HEADINGS, cells(rows), text, page.get().colophon()));
        }
        if (output.json()) {
            output.print(json(rows));
        } else {
            print(rows, output.out());
        }
        return 0;
    }

    private List<Path> inputs() {
        var inputs = new ArrayList<>(paths);
        inputs.add(reference);
        inputs.add(text.text());
        return inputs;
    }

    private List<Comparison.Row> compare() throws IOException {
        var models = new ArrayList<Model>();
        try (var expected = Model.open(reference)) {
            Vocabulary vocabulary = ModelVocabulary.of(expected);
            for (Path path : paths) {
                Model model = Model.open(path);
                models.add(model);
                Comparison.requireSameTokens(
                        expected, vocabulary, model, ModelVocabulary.of(model));
            }
            List<TextWindow> windows = text.windows(vocabulary);
            text.warnOfLength(output, expected.config());
            int together = run.memory().windows(expected, text.context(), 2);
            for (Model model : models) {
                together = Math.min(together, run.memory().windows(model, text.context(), 2));
            }
            try (var manager = Torch.start(run.threads())) {
                return Comparison.of(
                        manager,
                        expected,
                        models,
                        windows,
                        Math.min(together, windows.size()),
                        run.threads(),
                        output.progress());
            }
        } finally {
            for (Model model : models) {
                model.close();
            }
        }
    }

    private static List<List<String>> cells(List<Comparison.Row> rows) {
        double best = rows.getFirst().perplexity();
        return rows.stream()
                .map(row ->
                        List.of(
                                Printable.text(name(row.model())),
                                new ByteSize(row.bytes()).toString(),
                                format("%.2f", row.bitsPerWeight()),
                                format("%.4f", row.perplexity()),
                                loss(row.perplexity() / best - 1),
                                format("%.5f", row.meanDivergence()),
                                format("%.4f", row.largestDivergence()),
                                format("%.2f%%", 100 * row.agreement())))
                .toList();
    }

    /// In percent; none has no sign.
    private static String loss(double share) {
        String text = format("%+.2f%%", 100 * share);
        return text.equals("-0.00%") || text.equals("+0.00%") ? "0.00%" : text;
    }

    private static void print(List<Comparison.Row> rows, PrintWriter out) {
        var lines = new ArrayList<List<String>>();
        lines.add(HEADINGS);
        lines.addAll(cells(rows));
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            var text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String space = " ".repeat(widths[i] - line.get(i).length());
                text.append(i == 0 ? line.get(i) + space : "  " + space + line.get(i));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private ObjectNode json(List<Comparison.Row> rows) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("reference", reference.toString());
        json.put("text", text.text().toString());
        json.put("method", text.method().toString());
        json.put("context", text.context());
        var models = json.putArray("models");
        for (Comparison.Row row : rows) {
            models.addObject()
                    .put("model", row.model().toString())
                    .put("bytes", row.bytes())
                    .put("bitsPerWeight", row.bitsPerWeight())
                    .put("perplexity", row.perplexity())
                    .put("meanDivergence", row.meanDivergence())
                    .put("largestDivergence", row.largestDivergence())
                    .put("agreement", row.agreement());
        }
        return json;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
