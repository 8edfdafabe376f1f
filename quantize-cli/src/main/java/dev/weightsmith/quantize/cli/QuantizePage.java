package dev.weightsmith.quantize.cli;

import dev.weightsmith.error.Printable;
import dev.weightsmith.quantize.report.FileFigures;
import dev.weightsmith.quantize.report.QuantizeReport;
import dev.weightsmith.quantize.report.TensorFigures;
import dev.weightsmith.report.Axis;
import dev.weightsmith.report.Block;
import dev.weightsmith.report.Colophon;
import dev.weightsmith.report.DataTable;
import dev.weightsmith.report.DataTable.Column;
import dev.weightsmith.report.Figure;
import dev.weightsmith.report.KeyFigures;
import dev.weightsmith.report.KeyFigures.KeyFigure;
import dev.weightsmith.report.Page;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.report.Paragraph;
import dev.weightsmith.report.PlotChart;
import dev.weightsmith.report.Section.Shown;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;

/// What a quantization has cost and gained, as a page.
final class QuantizePage {
    /// Files whose sections are open from the beginning, at most.
    private static final int OPEN = 3;

    /// Bits per weight of the largest file as a multiple of the smallest's: from here on the axis
    /// shows ratios.
    private static final double FAR = 4;

    private QuantizePage() {}

    static Page of(QuantizeReport report, Colophon colophon) {
        var blocks = new ArrayList<Block>();
        if (report.files().size() == 1) {
            FileFigures file = report.files().getFirst();
            blocks.add(keyFigures(file));
            blocks.add(more(file));
            blocks.addAll(new FileSection(file).blocks());
        } else {
            Shown shown = report.files().size() <= OPEN ? Shown.OPEN : Shown.CLOSED;
            blocks.add(table(report.files()));
            blocks.add(comparison(report.files()));
            report.files().forEach(file -> blocks.add(new FileSection(file).section(shown)));
        }
        return new Page(
                "Quantization of " + report.model(),
                "Errors compare the values in the files with those that they were made of. The"
                        + " relative error of a tensor is the root mean square (RMS) of the"
                        + " differences as a share of the RMS of the values; that of a file is the"
                        + " RMS of its tensors’ relative errors, weighted by their size.",
                blocks,
                colophon);
    }

    private static KeyFigures keyFigures(FileFigures file) {
        return new KeyFigures(
                List.of(
                        new KeyFigure(file.type().name(), "type"),
                        new KeyFigure(Printable.size(file.bytes()), "size"),
                        new KeyFigure(Figures.percent(shareOfOriginal(file)), "of the original"),
                        new KeyFigure(Figures.bits(file.size().bitsPerWeight()), "bits per weight"),
                        new KeyFigure(Figures.percent(file.relativeError()), "relative error")));
    }

    /// The figures that fewer ask for.
    private static Paragraph more(FileFigures file) {
        return new Paragraph(
                "In %s: RMSE %s, largest error %s, worst tensor %s."
                        .formatted(
                                file.name(),
                                Figures.error(file.deviation().rmse()),
                                Figures.error(file.deviation().largest()),
                                worst(file)
                                        .map(tensor ->
                                                "%s with %s"
                                                        .formatted(
                                                                tensor.name(),
                                                                Figures.percent(
                                                                        tensor.relativeError())))
                                        .orElse("none")));
    }

    private static DataTable table(List<FileFigures> files) {
        return new DataTable(
                List.of(
                        Column.text("type"),
                        Column.figures("size"),
                        Column.figures("of the original"),
                        Column.figures("bits per weight"),
                        Column.figures("relative error"),
                        Column.figures("RMSE"),
                        Column.figures("largest error"),
                        Column.text("worst tensor"),
                        Column.text("file")),
                files.stream().map(QuantizePage::row).toList());
    }

    private static List<String> row(FileFigures file) {
        return List.of(
                file.type().name(),
                Printable.size(file.bytes()),
                Figures.percent(shareOfOriginal(file)),
                Figures.bits(file.size().bitsPerWeight()),
                Figures.percent(file.relativeError()),
                Figures.error(file.deviation().rmse()),
                Figures.error(file.deviation().largest()),
                worst(file).map(TensorFigures::name).orElse("none"),
                file.name());
    }

    private static Optional<TensorFigures> worst(FileFigures file) {
        return FileFigures.worstOf(file.tensors(), 1).stream().findFirst();
    }

    /// The bytes of all tensors as a share of what they took before.
    private static double shareOfOriginal(FileFigures file) {
        double before = 0;
        for (TensorFigures tensor : file.tensors()) {
            before += tensor.from().bytes(tensor.written().shape().elements());
        }
        return before == 0 ? 0 : file.size().bytes() / before;
    }

    private static Figure comparison(List<FileFigures> files) {
        DoubleSummaryStatistics bits =
                files.stream().mapToDouble(file -> file.size().bitsPerWeight()).summaryStatistics();
        // Few types lie between 2 and 9 bits; 32 bits among them must not press them together.
        boolean far = bits.getMax() > FAR * bits.getMin();
        return new Figure(
                "Error against size",
                new PlotChart(
                        "relative error by bits per weight",
                        new Axis("bits per weight", "", far),
                        new Axis("relative error", "%", true),
                        files.stream().map(QuantizePage::point).toList(),
                        false,
                        Optional.empty()));
    }

    private static PlotChart.Point point(FileFigures file) {
        return new PlotChart.Point(
                file.size().bitsPerWeight(),
                100 * file.relativeError(),
                file.type().name(),
                Tone.BLUE,
                "%s: %s, %s bits per weight, error %s"
                        .formatted(
                                file.type(),
                                Printable.size(file.bytes()),
                                Figures.bits(file.size().bitsPerWeight()),
                                Figures.percent(file.relativeError())));
    }
}
