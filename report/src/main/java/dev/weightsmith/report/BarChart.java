package dev.weightsmith.report;

import dev.weightsmith.report.Label.Anchor;
import java.util.List;

/// Bars that go across, each under its name, all from 0 on one scale.
public record BarChart(String description, List<Bar> bars) implements Chart {
    private static final double NAME = 20;
    private static final double BASE = 13;
    private static final double THICK = 14;
    private static final double GAP = 12;

    /// @param marks the bar's parts from the left
    /// @param value what they come to, as it is to be read
    public record Bar(String name, List<Mark> marks, String value) {
        public Bar {
            marks = List.copyOf(marks);
        }

        double length() {
            return marks.stream().mapToDouble(Mark::value).sum();
        }
    }

    public BarChart {
        bars = List.copyOf(bars);
    }

    void draw(Markup out, List<Room> rooms) {
        double right = Labels.margin(bars.stream().map(Bar::value).toList());
        double longest = bars.stream().mapToDouble(Bar::length).max().orElse(0);
        double top = bars.stream().allMatch(bar -> bar.name().isEmpty()) ? 0 : NAME;
        double pitch = top + THICK + GAP;
        var drawing = new Drawing(out, rooms, this, 0, right, pitch * bars.size() - GAP);
        var labels = new Labels(drawing);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = pitch * i;
            if (!bar.name().isEmpty()) {
                labels.alone(y + BASE, bar.name());
            }
            double from = 0;
            for (Mark mark : bar.marks()) {
                double length = longest > 0 ? mark.value() / longest : 0;
                drawing.rectangle(from, length, y + top, THICK, mark.paint(), mark.tip());
                from += length;
            }
            double base = y + top + THICK - 3;
            String value = Labels.shortened(bar.value());
            drawing.text(new Label("tick", from, Labels.AWAY, base, Anchor.START, value));
        }
        drawing.close();
    }
}
