package dev.weightsmith.quantize.report;

import dev.weightsmith.quantize.report.Svg.Anchor;

/// How the errors of one tensor are spread.
final class HistogramChart {
    private static final double WIDTH = 330;
    private static final double HEIGHT = 130;
    private static final double BOTTOM = HEIGHT - 20;

    private HistogramChart() {}

    static String of(ErrorHistogram histogram) {
        var svg = new Svg(WIDTH, HEIGHT, "errors of " + histogram.tensor());
        long most = histogram.counts().stream().mapToLong(Long::longValue).max().orElse(1);
        int bins = histogram.counts().size();
        double width = WIDTH / bins;
        for (int i = 0; i < bins; i++) {
            long count = histogram.counts().get(i);
            double tall = (BOTTOM - 4) * count / Math.max(1, most);
            double middle = histogram.limit() * (2 * (i + 0.5) / bins - 1);
            svg.rectangle(
                    i * width,
                    BOTTOM - tall,
                    width * 0.92,
                    tall,
                    Colors.BARS,
                    count + " values near " + Figures.error(middle));
        }
        svg.line(0, BOTTOM, WIDTH, BOTTOM);
        svg.text(0, HEIGHT - 5, Anchor.START, "−" + Figures.error(histogram.limit()));
        svg.text(WIDTH / 2, HEIGHT - 5, Anchor.MIDDLE, "0");
        svg.text(WIDTH, HEIGHT - 5, Anchor.END, "+" + Figures.error(histogram.limit()));
        return svg.toString();
    }
}
