package dev.weightsmith.report;

import dev.weightsmith.report.Drawing.Spot;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Points in a plane: dots with names, or a line through them.
///
/// Points that are no numbers, or numbers too large to be drawn, are left out.
///
/// @param joined whether a line goes through the points, in their order, instead of dots
/// @param level a height to compare the points with
public record PlotChart(
        String description,
        Axis across,
        Axis up,
        List<Point> points,
        boolean joined,
        Optional<Level> level)
        implements Chart {
    private static final double HEIGHT = 260;
    private static final double TOP = 28;
    private static final double RADIUS = 5;

    /// @param name beside the dot where there is room; may be empty
    /// @param tip shown where the pointer rests; may be empty
    public record Point(double x, double y, String name, Paint paint, String tip) {
        private static final double LARGEST = 1e300;

        boolean hasPlace() {
            return Math.abs(x) < LARGEST && Math.abs(y) < LARGEST;
        }
    }

    /// A height between those of the points, such as their mean.
    public record Level(double y, String name) {}

    public PlotChart {
        points = points.stream().filter(Point::hasPlace).toList();
    }

    void draw(Markup out, List<Room> rooms) {
        var xs = scale(across, Point::x);
        var ys = scale(up, Point::y);
        double bottom = TOP + HEIGHT;
        var drawing =
                new Drawing(out, rooms, this, Labels.margin(ys), 14, bottom + 2 * Labels.BELOW + 4);
        var labels = new Labels(drawing);
        labels.nameAbove(up.name(), TOP / 2);
        labels.up(ys, bottom, TOP);
        labels.across(xs, bottom, TOP);
        labels.nameBelow(across.name(), bottom + 2 * Labels.BELOW);
        List<Spot> spots =
                points.stream()
                        .map(point ->
                                new Spot(
                                        xs.share(point.x()), bottom - HEIGHT * ys.share(point.y())))
                        .toList();
        if (joined && points.size() > 1) {
            drawing.line(spots, bottom, points.getFirst().paint());
        } else {
            dots(drawing, labels, spots);
        }
        level.ifPresent(at -> {
            double y = bottom - HEIGHT * ys.share(at.y());
            drawing.level("level", y);
            labels.over(y, at.name());
        });
        drawing.close();
    }

    private void dots(Drawing drawing, Labels labels, List<Spot> spots) {
        for (int i = 0; i < spots.size(); i++) {
            Spot spot = spots.get(i);
            labels.keepClear(spot.x(), spot.y(), RADIUS);
            drawing.dot(spot.x(), spot.y(), RADIUS, points.get(i).paint(), points.get(i).tip());
        }
        for (int i = 0; i < spots.size(); i++) {
            if (!points.get(i).name().isEmpty()) {
                labels.beside(spots.get(i).x(), spots.get(i).y(), points.get(i).name());
            }
        }
    }

    private Scale scale(Axis axis, ToDoubleFunction<Point> coordinate) {
        return Scale.around(axis, points.stream().mapToDouble(coordinate).toArray());
    }
}
