package dev.weightsmith.report;

import dev.weightsmith.report.Chart.Mark;
import dev.weightsmith.report.Paint.Heat;
import dev.weightsmith.report.Paint.Rank;
import dev.weightsmith.report.Paint.Tone;
import java.io.StringReader;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/// Pages and charts that tests look at.
final class Samples {
    private Samples() {}

    /// A page of every block and every chart, all of whose texts are `text`.
    static Page page(String text) {
        var mark = new Mark(1, Tone.BLUE, text);
        List<Chart> charts =
                List.of(
                        new BarChart(text, List.of(new BarChart.Bar(text, List.of(mark), text))),
                        new CellChart(
                                text,
                                List.of(text, text),
                                List.of(
                                        new CellChart.Row(
                                                text,
                                                List.of(
                                                        Optional.of(
                                                                new CellChart.Cell(
                                                                        new Heat(1), text, text)),
                                                        Optional.empty())))),
                        new ColumnChart(
                                text,
                                new Axis(text, text, false),
                                90,
                                0,
                                List.of(new ColumnChart.Column(text, List.of(mark)))),
                        plot(text, List.of(new PlotChart.Point(1, 2, text, Tone.ROSE, text))));
        List<Block> blocks = new ArrayList<>();
        for (Chart chart : charts) {
            blocks.add(
                    new Figure(text, chart, List.of(new Figure.Swatch(new Rank(3), text)), text));
        }
        blocks.add(new Gallery(List.of(new Figure(text, charts.getFirst()))));
        blocks.add(new KeyFigures(List.of(new KeyFigures.KeyFigure(text, text))));
        blocks.add(new Paragraph(text));
        blocks.add(
                new DataTable(
                        List.of(DataTable.Column.text(text), DataTable.Column.figures(text)),
                        List.of(List.of(text, text))));
        blocks.add(
                new Specimen(
                        List.of(
                                new Specimen.Line(
                                        text,
                                        List.of(new Specimen.Chip(text, Tone.TEAL, true, text))))));
        for (Section.Shown shown : Section.Shown.values()) {
            blocks.add(new Section(text, text, shown, List.of(new Paragraph(text))));
        }
        return new Page(text, text, blocks, new Colophon(text, text, LocalDate.of(2026, 11, 26)));
    }

    static PlotChart plot(String name, List<PlotChart.Point> points) {
        return new PlotChart(
                name,
                new Axis(name, "", false),
                new Axis(name, "%", true),
                points,
                false,
                Optional.of(new PlotChart.Level(2, name)));
    }

    /// Dots in a heap, with names of all lengths.
    static PlotChart heap(int seed) {
        var random = new Random(seed);
        int count = 1 + random.nextInt(25);
        return new PlotChart(
                "heap",
                new Axis("bits per weight", "", random.nextBoolean()),
                new Axis("relative error", "%", random.nextBoolean()),
                IntStream.range(0, count)
                        .mapToObj(i ->
                                new PlotChart.Point(
                                        2 + 30 * Math.pow(random.nextDouble(), 3),
                                        random.nextInt(5) == 0 ? 0 : 9 * random.nextDouble(),
                                        "model-".repeat(random.nextInt(8)) + i,
                                        Tone.BLUE,
                                        ""))
                        .toList(),
                false,
                Optional.of(new PlotChart.Level(3, "mean")));
    }

    /// As many layers as a model may have.
    static ColumnChart layers(int count) {
        return new ColumnChart(
                "layers",
                new Axis("MB", "", false),
                150,
                90,
                IntStream.range(0, count)
                        .mapToObj(i ->
                                new ColumnChart.Column(
                                        Integer.toString(i),
                                        List.of(new Mark(100 + i % 7, Tone.AMBER, ""))))
                        .toList());
    }

    static CellChart map(int layers) {
        List<Optional<CellChart.Cell>> cells =
                IntStream.range(0, layers)
                        .mapToObj(_ -> Optional.of(new CellChart.Cell(new Rank(7), "Q4_K", "")))
                        .toList();
        return new CellChart(
                "map",
                IntStream.range(0, layers).mapToObj(Integer::toString).toList(),
                List.of(
                        new CellChart.Row("attn_output", cells),
                        new CellChart.Row("x".repeat(80), cells)));
    }

    static Document parsed(String page) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    static List<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }
}
