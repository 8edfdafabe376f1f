package dev.weightsmith.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A picture of points in a plane, as SVG to be put into a page.
///
/// @param joined whether a line goes through the points
record Plot(String across, String up, List<Point> points, boolean joined) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int RIGHT = 130;
    private static final int TOP = 20;
    private static final int BOTTOM = 50;
    private static final int LINE = 16;
    private static final int LETTER = 8;
    private static final int STEPS = 5;

    /// @param label beside the point; may be empty
    record Point(double x, double y, String label) {}

    Plot {
        points = List.copyOf(points);
    }

    /// What an axis spans: the values and some air, never nothing.
    private record Span(double from, double to) {
        static Span of(double[] values) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (double value : values) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            double air = most > least ? (most - least) * 0.08 : Math.max(Math.abs(most), 1) * 0.1;
            return new Span(least - air, most + air);
        }

        double share(double value) {
            return (value - from) / (to - from);
        }

        /// A step that people count in (1, 2 or 5 times a power of ten).
        double step() {
            double raw = (to - from) / STEPS;
            double power = Math.pow(10, Math.floor(Math.log10(raw)));
            double times = raw / power;
            return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
        }
    }

    String svg() {
        if (points.isEmpty()) {
            return "";
        }
        Span xs = Span.of(points.stream().mapToDouble(Point::x).toArray());
        Span ys = Span.of(points.stream().mapToDouble(Point::y).toArray());
        var svg = new StringBuilder();
        svg.append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH, HEIGHT));
        svg.append(format("<title>%s</title>\n", HtmlPage.escaped(up + " by " + across)));
        grid(svg, xs, ys);
        var line = new StringBuilder();
        var labels = new ArrayList<Label>();
        for (Point point : points) {
            double x = x(xs, point.x());
            double y = y(ys, point.y());
            line.append(format("%.1f,%.1f ", x, y));
            if (!joined) {
                svg.append(
                        format(
                                "<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n",
                                x, y));
            }
            if (!point.label().isEmpty()) {
                labels.add(Label.beside(x, y, point.label(), labels));
            }
        }
        labels.forEach(label -> svg.append(label.svg()));
        if (joined) {
            svg.append(
                    format("<polyline class=\"data\" points=\"%s\"/>\n", line.toString().strip()));
        }
        return svg.append("</svg>\n").toString();
    }

    /// A point's name, where it covers no other.
    private record Label(double x, double y, String text) {
        static Label beside(double x, double y, String text, List<Label> others) {
            var label = new Label(x + 9, y + 4, text);
            while (others.stream().anyMatch(label::covers)) {
                label = new Label(label.x, label.y + LINE, text);
            }
            return label;
        }

        private boolean covers(Label other) {
            return Math.abs(y - other.y) < LINE
                    && x < other.x + other.text.length() * LETTER
                    && other.x < x + text.length() * LETTER;
        }

        String svg() {
            return format(
                    "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                    x, y, HtmlPage.escaped(text));
        }
    }

    private void grid(StringBuilder svg, Span xs, Span ys) {
        for (double value = first(xs); value <= xs.to(); value += xs.step()) {
            double x = x(xs, value);
            svg.append(
                    format(
                            "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n",
                            x, TOP, x, HEIGHT - BOTTOM));
            svg.append(
                    format(
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                            x, HEIGHT - BOTTOM + 18, number(value, xs.step())));
        }
        for (double value = first(ys); value <= ys.to(); value += ys.step()) {
            double y = y(ys, value);
            svg.append(
                    format(
                            "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n",
                            LEFT, y, WIDTH - RIGHT, y));
            svg.append(
                    format(
                            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                            LEFT - 8, y + 4, number(value, ys.step())));
        }
        svg.append(
                format(
                        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, HtmlPage.escaped(across)));
        svg.append(
                format(
                        "<text transform=\"translate(16 %d) rotate(-90)\""
                                + " text-anchor=\"middle\">%s</text>\n",
                        (TOP + HEIGHT - BOTTOM) / 2, HtmlPage.escaped(up)));
    }

    private static double first(Span span) {
        return Math.ceil(span.from() / span.step()) * span.step();
    }

    private static double x(Span span, double value) {
        return LEFT + span.share(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double y(Span span, double value) {
        return HEIGHT - BOTTOM - span.share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value, double step) {
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step)));
        String text = format("%." + digits + "f", value);
        return text.matches("-0(\\.0*)?") ? text.substring(1) : text;
    }

    /// Without the user's decimal comma, which SVG does not know.
    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
