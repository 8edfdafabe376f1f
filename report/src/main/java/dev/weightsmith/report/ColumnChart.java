package dev.weightsmith.report;

import java.util.List;

/// Columns side by side, each of parts that stand on one another.
///
/// @param up what their height measures; a chart without a name for it has no numbers either
/// @param margin kept free on the left, in pixels and at least: charts of one margin stand above
///   one another column by column
public record ColumnChart(
        String description, Axis up, double height, double margin, List<Column> columns)
        implements Chart {
    private static final double NAME = 26;

    /// @param name below the column; may be empty
    /// @param marks the column's parts from below
    public record Column(String name, List<Mark> marks) {
        public Column {
            marks = List.copyOf(marks);
        }

        double height() {
            return marks.stream().mapToDouble(Mark::value).sum();
        }
    }

    public ColumnChart {
        columns = List.copyOf(columns);
    }

    void draw(Markup out, List<Room> rooms) {
        double most = columns.stream().mapToDouble(Column::height).max().orElse(0);
        var scale = Scale.fromZero(up, most);
        boolean named = !up.name().isEmpty();
        double top = named ? NAME : 4;
        double bottom = top + height;
        double left = named ? Math.max(margin, Labels.margin(scale)) : margin;
        var drawing = new Drawing(out, rooms, this, left, 0, bottom + Labels.BELOW + 4);
        var labels = new Labels(drawing);
        if (named) {
            labels.nameAbove(up.name(), NAME / 2);
            labels.up(scale, bottom, top);
        }
        // Without numbers the tallest column fills the height.
        double full = named || most == 0 ? 1 : scale.share(most);
        double filled = Drawing.filled(columns.size());
        double pitch = 1.0 / Math.max(1, columns.size());
        for (int i = 0; i < columns.size(); i++) {
            double y = bottom;
            for (Mark mark : columns.get(i).marks()) {
                double tall = height * scale.share(mark.value()) / full;
                y -= tall;
                drawing.rectangle(
                        (i + (1 - filled) / 2) * pitch,
                        filled * pitch,
                        y,
                        tall,
                        mark.paint(),
                        mark.tip());
            }
        }
        drawing.level("base", bottom);
        labels.names(columns.stream().map(Column::name).toList(), bottom + Labels.BELOW);
        drawing.close();
    }
}
