package dev.weightsmith.report;

import dev.weightsmith.report.Drawing.Spot;
import dev.weightsmith.report.Label.Anchor;
import dev.weightsmith.report.LabelSpace.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The labels of a drawing: none covers another, whatever the width of the page. What does not fit
/// is left out by rule: every second number of an axis, a name that finds no place beside its dot.
final class Labels {
    /// Between a label and what it belongs to.
    static final double AWAY = 8;

    /// From a label's base line up to the middle of its letters.
    private static final double HALF = 4;

    /// From an axis down to the base line of its labels.
    static final double BELOW = 18;

    /// How far from its dot a name may stand, in lines.
    private static final int FARTHEST = 4;

    private static final double LINE = 14;
    private static final double WIDEST_MARGIN = 110;

    /// Longer names of dots are shortened.
    private static final double WIDEST_NAME = 240;

    private static final List<Integer> STRIDES = List.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000);

    private final Drawing drawing;
    private final LabelSpace space;

    Labels(Drawing drawing) {
        this.drawing = drawing;
        space = new LabelSpace(drawing.left(), drawing.right(), drawing.height());
    }

    /// The margin that a drawing needs for these texts beside it, each [#shortened].
    static double margin(List<String> texts) {
        double widest =
                texts.stream().map(Labels::shortened).mapToDouble(TextRuler::width).max().orElse(0);
        return widest + AWAY;
    }

    /// A text as it stands in a margin, which must leave room for the drawing.
    static String shortened(String text) {
        return TextRuler.shortened(text, WIDEST_MARGIN);
    }

    /// The margin for the numbers of a scale that goes up.
    static double margin(Scale scale) {
        return margin(scale.ticks(0).stream().map(Scale.Tick::label).toList());
    }

    /// The name of an axis that goes up, above the drawing.
    void nameAbove(String name, double y) {
        write(new Label("name", 0, -drawing.left(), y, Anchor.START, name));
    }

    /// The name of an axis that goes across, below it.
    void nameBelow(String name, double y) {
        write(new Label("name", 1, drawing.right(), y, Anchor.END, name));
    }

    /// A name on a line of its own: shortened where it does not fit, whole where it does.
    void alone(double y, String name) {
        List<Room> rooms = drawing.rooms();
        List<String> texts =
                rooms.stream()
                        .map(room ->
                                TextRuler.shortened(name, drawing.width(room) + drawing.right()))
                        .toList();
        for (int i = 0; i < rooms.size(); i++) {
            String text = texts.get(i);
            if (i == 0 || !text.equals(texts.get(i - 1))) {
                String style = rooms.get(i).from("label");
                int next = texts.lastIndexOf(text) + 1;
                drawing.text(
                        new Label(
                                next < rooms.size() ? rooms.get(next).until(style) : style,
                                0,
                                0,
                                y,
                                Anchor.START,
                                text));
            }
        }
    }

    /// The name of a line across, at its right end.
    void over(double y, String name) {
        write(new Label("label", 1, drawing.right(), y - HALF, Anchor.END, name));
    }

    /// Lines and numbers of a scale that goes up.
    void up(Scale scale, double bottom, double top) {
        Function<Scale.Tick, Double> y = tick -> bottom - tick.share() * (bottom - top);
        for (Scale.Tick tick :
                fitting(
                        scale,
                        tick ->
                                new Label(
                                        "tick",
                                        0,
                                        -AWAY,
                                        y.apply(tick) + HALF,
                                        Anchor.END,
                                        tick.label()))) {
            drawing.level("grid", y.apply(tick));
        }
    }

    /// Lines and numbers of a scale that goes across.
    void across(Scale scale, double bottom, double top) {
        for (Scale.Tick tick :
                fitting(
                        scale,
                        tick ->
                                inside(
                                        new Label(
                                                "tick",
                                                tick.share(),
                                                0,
                                                bottom + BELOW,
                                                Anchor.MIDDLE,
                                                tick.label())))) {
            drawing.upright(tick.share(), top, bottom);
        }
    }

    /// The most ticks of a scale whose labels fit.
    private List<Scale.Tick> fitting(Scale scale, Function<Scale.Tick, Label> label) {
        for (int level = 0; ; level++) {
            List<Scale.Tick> ticks = scale.ticks(level);
            List<Label> labels = ticks.stream().map(label).toList();
            if (space.takeAll(places(labels), drawing.narrowest())) {
                labels.forEach(drawing::text);
                return ticks;
            }
        }
    }

    /// Names of columns of one width, below them: as many as fit at even distances, and more
    /// between them where there is more room.
    void names(List<String> names, double y) {
        int written = 0;
        for (Room room : drawing.rooms()) {
            for (int stride : STRIDES) {
                if (stride == written) {
                    break;
                }
                List<Label> labels = names(names, y, stride, written);
                boolean between = written % stride == 0;
                if (between && space.takeAll(places(labels), drawing.width(room))) {
                    labels.forEach(label -> drawing.text(label.styled(room.from(label.style()))));
                    written = stride;
                    break;
                }
            }
        }
    }

    /// Every so many names, without those that are written.
    private List<Label> names(List<String> names, double y, int stride, int written) {
        return IntStream.range(0, names.size())
                .filter(i -> i % stride == 0 && (written == 0 || i % written != 0))
                .filter(i -> !names.get(i).isEmpty())
                .mapToObj(i ->
                        inside(
                                new Label(
                                        "tick",
                                        (i + 0.5) / names.size(),
                                        0,
                                        y,
                                        Anchor.MIDDLE,
                                        names.get(i))))
                .toList();
    }

    /// The same label, but beginning or ending at its place where it would leave the drawing.
    private Label inside(Label label) {
        Place place = label.place();
        double at = place.share() * drawing.narrowest();
        if (at + place.from() < -drawing.left()) {
            return label.anchored(Anchor.START);
        }
        return at + place.to() > drawing.narrowest() + drawing.right()
                ? label.anchored(Anchor.END)
                : label;
    }

    /// Keeps names away from a dot.
    void keepClear(double share, double y, double radius) {
        space.occupy(new Place(share, -radius, radius, y - radius, y + radius));
    }

    /// The name of a dot, at the nearest free place; seen only where there is room, if it needs
    /// that.
    void beside(double share, double y, String name) {
        String shown = TextRuler.shortened(name, WIDEST_NAME);
        List<Label> places = new ArrayList<>();
        for (int lines = 0; lines <= FARTHEST; lines++) {
            double down = y + HALF + lines * LINE;
            double up = y + HALF - lines * LINE;
            places.add(new Label("label", share, AWAY, down, Anchor.START, shown));
            places.add(new Label("label", share, -AWAY, down, Anchor.END, shown));
            places.add(new Label("label", share, AWAY, up, Anchor.START, shown));
            places.add(new Label("label", share, -AWAY, up, Anchor.END, shown));
        }
        for (Room room : drawing.rooms()) {
            for (Label label : places) {
                if (space.take(label.place(), drawing.width(room))) {
                    if (label.y() != y + HALF) {
                        drawing.leader(
                                room.from("leader"),
                                new Spot(share, y),
                                label.away() * 0.75,
                                label.y() - HALF - y);
                    }
                    drawing.text(label.styled(room.from(label.style())));
                    return;
                }
            }
        }
    }

    private void write(Label label) {
        if (!label.text().isEmpty() && space.take(label.place(), drawing.narrowest())) {
            drawing.text(label);
        }
    }

    private static List<Place> places(List<Label> labels) {
        return labels.stream().map(Label::place).toList();
    }
}
