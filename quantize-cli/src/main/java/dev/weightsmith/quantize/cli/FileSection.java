package dev.weightsmith.quantize.cli;

import dev.weightsmith.engine.Deviation;
import dev.weightsmith.error.Printable;
import dev.weightsmith.quantize.report.ErrorHistogram;
import dev.weightsmith.quantize.report.FileFigures;
import dev.weightsmith.quantize.report.TensorFigures;
import dev.weightsmith.report.Axis;
import dev.weightsmith.report.Block;
import dev.weightsmith.report.Chart.Mark;
import dev.weightsmith.report.ColumnChart;
import dev.weightsmith.report.DataTable;
import dev.weightsmith.report.DataTable.Column;
import dev.weightsmith.report.Figure;
import dev.weightsmith.report.Gallery;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.report.Section;
import dev.weightsmith.report.Section.Shown;
import dev.weightsmith.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/// What the page says of one file.
record FileSection(FileFigures file) {
    private static final double HISTOGRAM = 90;

    /// What can be folded away, with the figures beside its heading.
    Section section(Shown shown) {
        return new Section(
                file.type().name(),
                "%s, %s bits per weight, relative error %s"
                        .formatted(
                                Printable.size(file.bytes()),
                                Figures.bits(file.size().bitsPerWeight()),
                                Figures.percent(file.relativeError())),
                shown,
                blocks());
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>(new LayerCharts(file.tensors()).figures());
        if (!file.worst().isEmpty()) {
            blocks.add(
                    new Section(
                            "How errors are spread in the worst tensors",
                            List.of(
                                    new Gallery(
                                            file.worst().stream().map(this::histogram).toList()))));
        }
        blocks.add(
                new Section(
                        "All %s tensors".formatted(file.tensors().size()),
                        "",
                        Shown.CLOSED,
                        List.of(tensors())));
        return blocks;
    }

    private Figure histogram(ErrorHistogram histogram) {
        int bins = histogram.counts().size();
        double limit = histogram.limit();
        var columns = new ArrayList<ColumnChart.Column>();
        for (int i = 0; i < bins; i++) {
            long count = histogram.counts().get(i);
            String tip =
                    "%s values near %s"
                            .formatted(count, Figures.error(limit * (2 * (i + 0.5) / bins - 1)));
            columns.add(
                    new ColumnChart.Column(
                            name(i, bins, limit), List.of(new Mark(count, Tone.BLUE, tip))));
        }
        return new Figure(
                histogram.tensor() + about(histogram.tensor()),
                new ColumnChart(
                        "errors of " + histogram.tensor(),
                        new Axis("", "", false),
                        HISTOGRAM,
                        0,
                        columns));
    }

    /// The ends and the middle have one.
    private static String name(int bin, int bins, double limit) {
        if (bin == 0) {
            return "−" + Figures.error(limit);
        }
        if (bin == bins - 1) {
            return "+" + Figures.error(limit);
        }
        return bin == bins / 2 ? "0" : "";
    }

    private String about(String name) {
        return file.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .map(tensor ->
                        ", %s, %s"
                                .formatted(
                                        tensor.written().dtype(),
                                        Figures.percent(tensor.relativeError())))
                .orElse("");
    }

    private DataTable tensors() {
        return new DataTable(
                List.of(
                        Column.text("tensor"),
                        Column.text("shape"),
                        Column.text("from"),
                        Column.text("type"),
                        Column.figures("bytes"),
                        Column.figures("bits per weight"),
                        Column.figures("relative error"),
                        Column.figures("RMSE"),
                        Column.figures("largest error")),
                file.tensors().stream().map(FileSection::row).toList());
    }

    private static List<String> row(TensorFigures tensor) {
        TensorInfo written = tensor.written();
        Deviation deviation = tensor.deviation().orElse(Deviation.NONE);
        return List.of(
                tensor.name(),
                written.shape().toString(),
                tensor.from().toString(),
                written.dtype().toString(),
                Long.toString(written.bytes()),
                Figures.bits(tensor.bitsPerWeight()),
                Figures.percent(deviation.relative()),
                Figures.error(deviation.rmse()),
                Figures.error(deviation.largest()));
    }
}
