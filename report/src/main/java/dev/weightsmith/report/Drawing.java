package dev.weightsmith.report;

import static dev.weightsmith.report.Markup.attribute;

import dev.weightsmith.report.Markup.Attribute;
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
                attribute("class", "chart"),
                attribute(
                        "style",
                        "padding:0 %spx 0 %spx"
                                .formatted(Markup.number(right), Markup.number(left))));
        out.begin(
                "svg",
                attribute("role", "img"),
                attribute("aria-label", chart.description()),
                attribute("height", height));
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
                attribute("class", paint.style()),
                attribute("x", percent(x)),
                attribute("width", percent(width)),
                attribute("y", y),
                attribute("height", height));
    }

    void dot(double x, double y, double radius, Paint paint, String tip) {
        shape(
                tip,
                "circle",
                attribute("class", paint.style()),
                attribute("cx", percent(x)),
                attribute("cy", y),
                attribute("r", radius));
    }

    private void shape(String tip, String element, Attribute... attributes) {
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
                attribute("viewBox", "0 0 1000 " + Markup.number(height)),
                attribute("preserveAspectRatio", "none"),
                attribute("height", height));
        out.empty(
                "polyline",
                attribute("class", "line " + paint.style()),
                attribute("points", places.toString()));
        out.end();
    }

    /// A line across the whole width, of class `grid`, `base` or `level`.
    void level(String style, double y) {
        out.empty(
                "line",
                attribute("class", style),
                attribute("x2", "100%"),
                attribute("y1", y),
                attribute("y2", y));
    }

    /// A line of the grid from top to bottom.
    void upright(double x, double top, double bottom) {
        out.empty(
                "line",
                attribute("class", "grid"),
                attribute("x1", percent(x)),
                attribute("x2", percent(x)),
                attribute("y1", top),
                attribute("y2", bottom));
    }

    void text(Label label) {
        out.element(
                "text",
                label.text(),
                attribute("class", label.style()),
                attribute("x", percent(label.share())),
                attribute("dx", label.away()),
                attribute("y", label.y()),
                attribute("text-anchor", label.anchor().attribute()));
    }

    /// A thin line from a dot to so many pixels beside and below it.
    void leader(String style, Spot dot, double beside, double below) {
        out.begin("svg", attribute("x", percent(dot.x())), attribute("y", dot.y()));
        out.empty(
                "line", attribute("class", style), attribute("x2", beside), attribute("y2", below));
        out.end();
    }

    private static String percent(double share) {
        return Markup.number(100 * share) + "%";
    }
}
