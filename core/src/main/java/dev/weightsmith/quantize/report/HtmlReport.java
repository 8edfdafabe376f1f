package dev.weightsmith.quantize.report;

import dev.weightsmith.engine.Deviation;
import dev.weightsmith.tensor.TensorInfo;
import java.util.List;

/// The report as one page that needs nothing else: no scripts, no fonts, no network. It is
/// well-formed XML too.
public final class HtmlReport {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; }
            body { font: 15px/1.45 system-ui, sans-serif; max-width: 1080px; margin: 2em auto; padding: 0 1em; }
            h1 { font-size: 1.6em; margin-bottom: 0; }
            h2 { margin-top: 2em; border-bottom: 1px solid #8886; padding-bottom: .2em; }
            h3 { margin: 1.4em 0 .3em; font-size: 1em; }
            svg { display: block; width: 100%; height: auto; font-size: 11px; }
            svg text { fill: currentColor; }
            svg .on { fill: #111; font-size: 10px; pointer-events: none; }
            svg .grid { stroke: currentColor; stroke-opacity: .2; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: .2em .9em .2em 0; text-align: right; white-space: nowrap; }
            th { border-bottom: 1px solid #8886; }
            .left { text-align: left; }
            .wide { overflow-x: auto; }
            .legend { margin: .2em 0 .6em; font-size: .85em; }
            .legend span { margin-right: 1em; white-space: nowrap; }
            .legend i { display: inline-block; width: .9em; height: .9em; margin-right: .35em; vertical-align: -.1em; }
            .grid3 { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 1em 1.5em; }
            figure { margin: 0; }
            figcaption { font-size: .85em; overflow-wrap: anywhere; }
            .note { opacity: .75; font-size: .9em; margin: .2em 0; }
            summary { cursor: pointer; margin: 1em 0 .5em; }
            """;

    private final QuantizeReport report;
    private final StringBuilder out = new StringBuilder();

    private HtmlReport(QuantizeReport report) {
        this.report = report;
    }

    /// The page.
    public static String of(QuantizeReport report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        String title = "Quantization of " + report.model();
        out.append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n")
                .append("<head>\n<meta charset=\"utf-8\"/>\n")
                .append("<meta http-equiv=\"Content-Security-Policy\"")
                .append(" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\"/>\n");
        element("title", title);
        out.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
        element("h1", title);
        note(
                "Errors compare the values in the files with those that they were made of. The"
                        + " relative error of a tensor is the root mean square (RMS) of the"
                        + " differences as a share of the RMS of the values; that of a file is the"
                        + " RMS of its tensors' relative errors, weighted by their size.");
        summary();
        if (report.files().size() > 1) {
            element("h2", "Error against size");
            out.append(ComparisonChart.of(report.files()));
        }
        report.files().forEach(this::file);
        return out.append("</body>\n</html>\n").toString();
    }

    private void summary() {
        out.append("<div class=\"wide\"><table>\n<tr><th class=\"left\">type</th>")
                .append("<th>size</th><th>bits per weight</th><th>relative error</th>")
                .append("<th>RMSE</th><th>largest error</th><th class=\"left\">worst tensor</th>")
                .append("<th class=\"left\">file</th></tr>\n");
        for (FileFigures file : report.files()) {
            Deviation deviation = file.deviation();
            List<TensorFigures> worst = FileFigures.worstOf(file.tensors(), 1);
            out.append("<tr>");
            cell(true, file.type().name());
            cell(false, Figures.size(file.bytes()));
            cell(false, Figures.bits(file.size().bitsPerWeight()));
            cell(false, Figures.percent(file.relativeError()));
            cell(false, Figures.error(deviation.rmse()));
            cell(false, Figures.error(deviation.largest()));
            cell(true, worst.isEmpty() ? "none" : worst.getFirst().name());
            cell(true, file.name());
            out.append("</tr>\n");
        }
        out.append("</table></div>\n");
    }

    private void file(FileFigures file) {
        element("h2", file.type().name());
        var charts = new LayerCharts(file.tensors());
        element("h3", "Size by layer and tensor");
        out.append(charts.sizes()).append(LayerCharts.sizeLegend(file.tensors()));
        element("h3", "Types");
        out.append(charts.types()).append(LayerCharts.typeLegend(file.tensors()));
        element("h3", "Relative errors");
        out.append(charts.errors()).append(charts.errorLegend());
        if (!file.worst().isEmpty()) {
            element("h3", "How errors are spread in the worst tensors");
            out.append("<div class=\"grid3\">\n");
            file.worst().forEach(histogram -> histogram(file, histogram));
            out.append("</div>\n");
        }
        table(file.tensors());
    }

    private void histogram(FileFigures file, ErrorHistogram histogram) {
        String error =
                file.tensors().stream()
                        .filter(tensor -> tensor.name().equals(histogram.tensor()))
                        .findFirst()
                        .map(tensor ->
                                ", "
                                        + tensor.written().dtype()
                                        + ", "
                                        + Figures.percent(tensor.relativeError()))
                        .orElse("");
        out.append("<figure>").append(HistogramChart.of(histogram));
        element("figcaption", histogram.tensor() + error);
        out.append("</figure>\n");
    }

    private void table(List<TensorFigures> tensors) {
        out.append("<details>");
        element("summary", "All " + tensors.size() + " tensors");
        out.append("<div class=\"wide\"><table>\n<tr><th class=\"left\">tensor</th>")
                .append("<th class=\"left\">shape</th><th class=\"left\">from</th>")
                .append("<th class=\"left\">type</th><th>bytes</th><th>bits per weight</th>")
                .append("<th>relative error</th><th>RMSE</th><th>largest error</th></tr>\n");
        for (TensorFigures tensor : tensors) {
            TensorInfo written = tensor.written();
            Deviation deviation = tensor.deviation().orElse(Deviation.NONE);
            out.append("<tr>");
            cell(true, tensor.name());
            cell(true, written.shape().toString());
            cell(true, tensor.from().toString());
            cell(true, written.dtype().toString());
            cell(false, Long.toString(written.bytes()));
            cell(false, Figures.bits(tensor.bitsPerWeight()));
            cell(false, Figures.percent(deviation.relative()));
            cell(false, Figures.error(deviation.rmse()));
            cell(false, Figures.error(deviation.largest()));
            out.append("</tr>\n");
        }
        out.append("</table></div></details>\n");
    }

    private void note(String text) {
        out.append("<p class=\"note\">").append(Svg.escaped(text)).append("</p>\n");
    }

    private void element(String name, String text) {
        out.append('<')
                .append(name)
                .append('>')
                .append(Svg.escaped(text))
                .append("</")
                .append(name)
                .append(">\n");
    }

    private void cell(boolean left, String text) {
        out.append(left ? "<td class=\"left\">" : "<td>").append(Svg.escaped(text)).append("</td>");
    }
}
