package dev.weightsmith.evaluate;

import dev.weightsmith.inference.Comparison;
import dev.weightsmith.report.Axis;
import dev.weightsmith.report.Colophon;
import dev.weightsmith.report.DataTable;
import dev.weightsmith.report.DataTable.Column;
import dev.weightsmith.report.Figure;
import dev.weightsmith.report.FileNames;
import dev.weightsmith.report.Page;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.report.PlotChart;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Models beside the one that they were made from, as a page.
final class ModelsPage {
    /// The largest value as a multiple of the smallest: from here on an axis shows ratios.
    private static final double FAR = 20;

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private final List<Comparison.Row> rows;
    private final List<String> names;

    private ModelsPage(List<Comparison.Row> rows) {
        this.rows = rows;
        names = FileNames.of(rows.stream().map(Comparison.Row::model).toList());
    }

    /// @param rows the reference's first
    /// @param headings of the columns, the models' names' first
    /// @param cells of each row
    static Page of(
            List<Comparison.Row> rows,
            List<String> headings,
            List<List<String>> cells,
            WindowOptions text,
            Colophon colophon) {
        var page = new ModelsPage(rows);
        return new Page(
                "Models compared with " + page.names.getFirst(),
                ("On %s, in windows of %s tokens, counted as %s does. Loss is the perplexity gained over"
                                + " the reference, KL the Kullback-Leibler divergence from its probabilities in"
                                + " nats, same top the share of tokens that both find likeliest.")
                        .formatted(FileNames.of(text.text()), text.context(), text.method()),
                List.of(page.table(headings, cells), page.plot()),
                colophon);
    }

    private DataTable table(List<String> headings, List<List<String>> cells) {
        List<Column> columns =
                headings.stream()
                        .map(heading ->
                                heading.equals(headings.getFirst())
                                        ? Column.text(heading)
                                        : Column.figures(heading))
                        .toList();
        var named = new ArrayList<List<String>>();
        for (int i = 0; i < cells.size(); i++) {
            var row = new ArrayList<>(cells.get(i));
            row.set(0, names.get(i));
            named.add(row);
        }
        return new DataTable(columns, named);
    }

    private Figure plot() {
        DoubleSummaryStatistics bytes = statistics(Comparison.Row::bytes);
        DoubleSummaryStatistics perplexity = statistics(Comparison.Row::perplexity);
        double unit = bytes.getMax() < GIGA ? MEGA : GIGA;
        List<PlotChart.Point> points =
                IntStream.range(0, rows.size())
                        .mapToObj(i ->
                                new PlotChart.Point(
                                        rows.get(i).bytes() / unit,
                                        rows.get(i).perplexity(),
                                        names.get(i),
                                        i == 0 ? Tone.ORANGE : Tone.BLUE,
                                        names.get(i)))
                        .toList();
        return new Figure(
                "Perplexity against size",
                new PlotChart(
                        "perplexity by size",
                        new Axis(unit == MEGA ? "size in MB" : "size in GB", "", isFar(bytes)),
                        new Axis("perplexity", "", isFar(perplexity)),
                        points,
                        false,
                        Optional.empty()),
                List.of(
                        new Figure.Swatch(Tone.ORANGE, "the reference"),
                        new Figure.Swatch(Tone.BLUE, "models compared with it")),
                "");
    }

    private DoubleSummaryStatistics statistics(ToDoubleFunction<Comparison.Row> value) {
        return rows.stream().mapToDouble(value).summaryStatistics();
    }

    private static boolean isFar(DoubleSummaryStatistics values) {
        return values.getMax() > FAR * values.getMin();
    }
}
