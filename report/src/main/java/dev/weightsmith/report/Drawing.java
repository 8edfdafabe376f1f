package dev.weightsmith.report;

import java.util.List;

/// A chart under construction: as wide as the page lets it be, as high as it says.
///
/// Places across are shares of the width, 0 to 1; heights, and all text, are in pixels. So a chart
/// is as legible on a small screen as on a large one, and needs no script to fit.
final class Drawing {
    private final Markup out;
    private final List<Room> rooms;
    private final double left;
    private final double right;
    private final double height;

    /// @param left the margin on the left in pixels, for labels, and `right` on the right
    Drawing(Markup out, List<Room> rooms, Chart chart, double left, double right, double height) {
        this.out = out;
        this.rooms = rooms;
        this.left = left;
        this.right = right;
        this.height = height;
        out.begin(
                "div",
                "class",
                "chart",
                "style",
                "padding:0 %spx 0 %spx".formatted(Markup.number(right), Markup.number(left)));
        out.begin(
                "svg",
                "role",
                "img",
                "aria-label",
                chart.description(),
                "height",
                Markup.number(height));
    }

    double left() {
        return left;
    }

    double right() {
        return right;
    }

    double height() {
        return height;
    }

    /// The part of its place that one of so many columns fills: the gaps are hairlines.
    static double filled(int columns) {
        return 1 - Math.min(0.1, 0.003 * columns);
    }

    /// From the least room on.
    List<Room> rooms() {
        return rooms;
    }

    /// The width without margins, at least, where there is this room.
    double width(Room room) {
        return room.width() - left - right;
    }

    /// The width without margins, at least.
    double narrowest() {
        return width(rooms.getFirst());
    }

    void close() {
        out.end().end();
    }

    void rectangle(double x, double width, double y, double height, Paint paint, String tip) {
        shape(
                tip,
                "rect",
                "class",
                paint.style(),
                "x",
                percent(x),
                "width",
                percent(width),
                "y",
                Markup.number(y),
                "height",
                Markup.number(height));
    }

    void dot(double x, double y, double radius, Paint paint, String tip) {
        shape(
                tip,
                "circle",
                "class",
                paint.style(),
                "cx",
                percent(x),
                "cy",
                Markup.number(y),
                "r",
                Markup.number(radius));
    }

    private void shape(String tip, String element, String... attributes) {
        if (tip.isEmpty()) {
            out.empty(element, attributes);
        } else {
            out.begin(element, attributes).element("title", tip).end();
        }
    }

    /// A place in a line: a share of the width, and pixels.
    record Spot(double x, double y) {}

    /// A line through `spots`, in a drawing of this height.
    void line(List<Spot> spots, double height, Paint paint) {
        var places = new StringBuilder();
        for (Spot spot : spots) {
            places.append(places.isEmpty() ? "" : " ")
                    .append(Markup.number(1000 * spot.x()))
                    .append(',')
                    .append(Markup.number(spot.y()));
        }
        // A polyline knows no percentages: this one is stretched, its stroke is not.
        out.begin(
                "svg",
                "viewBox",
                "0 0 1000 " + Markup.number(height),
                "preserveAspectRatio",
                "none",
                "height",
                Markup.number(height));
        out.empty("polyline", "class", "line " + paint.style(), "points", places.toString());
        out.end();
    }

    /// A line across the whole width, of class `grid`, `base` or `level`.
    void level(String style, double y) {
        out.empty(
                "line",
                "class",
                style,
                "x2",
                "100%",
                "y1",
                Markup.number(y),
                "y2",
                Markup.number(y));
    }

    /// A line of the grid from top to bottom.
    void upright(double x, double top, double bottom) {
        out.empty(
                "line",
                "class",
                "grid",
                "x1",
                percent(x),
                "x2",
                percent(x),
                "y1",
                Markup.number(top),
                "y2",
                Markup.number(bottom));
    }

    void text(Label label) {
        out.element(
                "text",
                label.text(),
                "class",
                label.style(),
                "x",
                percent(label.share()),
                "dx",
                Markup.number(label.away()),
                "y",
                Markup.number(label.y()),
                "text-anchor",
                label.anchor().attribute());
    }

    /// A thin line from a dot to its label.
    void leader(double share, double y, Label label) {
        double end = label.away() - Math.signum(label.away()) * 2;
        out.begin("svg", "x", percent(share), "y", Markup.number(y));
        out.empty(
                "line",
                "class",
                label.style().replace("label", "leader"),
                "x2",
                Markup.number(end),
                "y2",
                Markup.number(label.y() - 4 - y));
        out.end();
    }

    private static String percent(double share) {
        return Markup.number(100 * share) + "%";
    }
}
