package dev.weightsmith.evaluate;

import dev.weightsmith.inference.Perplexity;
import dev.weightsmith.report.Axis;
import dev.weightsmith.report.Colophon;
import dev.weightsmith.report.Figure;
import dev.weightsmith.report.FileNames;
import dev.weightsmith.report.KeyFigures;
import dev.weightsmith.report.KeyFigures.KeyFigure;
import dev.weightsmith.report.Page;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.report.PlotChart;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How well a model foresees a text, and where it does not, as a page.
final class PerplexityPage {
    private PerplexityPage() {}

    static Page of(Path model, WindowOptions text, Perplexity perplexity, Colophon colophon) {
        return new Page(
                "Perplexity of " + FileNames.of(model),
                ("On %s in windows of %s tokens, counted as %s does. The loss of a token is minus the"
                                + " logarithm of the probability that the model gave it; the perplexity is e to"
                                + " the power of the mean loss.")
                        .formatted(FileNames.of(text.text()), text.context(), text.method()),
                List.of(keyFigures(perplexity), along(perplexity)),
                colophon);
    }

    private static KeyFigures keyFigures(Perplexity perplexity) {
        return new KeyFigures(
                List.of(
                        new KeyFigure(format("%.4f", perplexity.perplexity()), "perplexity"),
                        new KeyFigure(format("%.5f", perplexity.loss()), "mean loss"),
                        new KeyFigure(format("%,d", perplexity.counted()), "tokens counted"),
                        new KeyFigure(format("%,d", perplexity.windows().size()), "windows")));
    }

    private static Figure along(Perplexity perplexity) {
        List<PlotChart.Point> points =
                perplexity.windows().stream()
                        .map(window ->
                                new PlotChart.Point(
                                        window.start(),
                                        window.loss() / window.counted(),
                                        "",
                                        Tone.BLUE,
                                        ""))
                        .toList();
        return new Figure(
                "Loss along the text",
                new PlotChart(
                        "mean loss of each window along the text",
                        new Axis("token of the text", "", false),
                        new Axis("loss per token", "", false),
                        points,
                        true,
                        Optional.of(new PlotChart.Level(perplexity.loss(), "mean"))));
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
