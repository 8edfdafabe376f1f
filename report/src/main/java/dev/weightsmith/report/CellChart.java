package dev.weightsmith.report;

import dev.weightsmith.report.Label.Anchor;
import java.util.List;
import java.util.Optional;

/// A map: rows of coloured cells over the same columns. A row of one cell spans them all.
///
/// @param columns the columns' names, below
public record CellChart(String description, List<String> columns, List<Row> rows) implements Chart {
    private static final double PITCH = 22;
    private static final double TALL = 20;
    private static final double BASE = 14;

    /// What a cell's text keeps free on both sides together.
    private static final double AIR = 6;

    /// @param cells one for each column, empty where there is nothing, or one for all
    public record Row(String name, List<Optional<Cell>> cells) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /// @param text shown in the cell where it fits
    /// @param tip shown where the pointer rests; may be empty
    public record Cell(Paint paint, String text, String tip) {}

    public CellChart {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (row.cells().size() != 1 && row.cells().size() != columns.size()) {
                throw new IllegalArgumentException(
                        "%d cells over %d columns".formatted(row.cells().size(), columns.size()));
            }
        }
    }

    /// What it keeps free on the left, in pixels, for the names of its rows.
    public double margin() {
        return Labels.margin(rows.stream().map(Row::name).toList());
    }

    void draw(Markup out, List<Room> rooms) {
        double bottom = PITCH * rows.size();
        var drawing =
                new Drawing(
                        out,
                        rooms,
                        this,
                        margin(),
                        0,
                        bottom + (columns.isEmpty() ? 0 : Labels.BELOW));
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double y = PITCH * i;
            drawing.text(
                    new Label(
                            "tick",
                            0,
                            -Labels.AWAY,
                            y + BASE,
                            Anchor.END,
                            Labels.shortened(row.name())));
            double pitch = 1.0 / row.cells().size();
            double filled = row.cells().size() == 1 ? 1 : Drawing.filled(columns.size());
            for (int j = 0; j < row.cells().size(); j++) {
                if (row.cells().get(j).isPresent()) {
                    Cell cell = row.cells().get(j).get();
                    drawing.rectangle(
                            (j + (1 - filled) / 2) * pitch,
                            filled * pitch,
                            y,
                            TALL,
                            cell.paint(),
                            cell.tip());
                    write(drawing, cell, filled * pitch, (j + 0.5) * pitch, y + BASE);
                }
            }
        }
        new Labels(drawing).names(columns, bottom + BASE);
        drawing.close();
    }

    private static void write(Drawing drawing, Cell cell, double share, double x, double y) {
        double width = TextRuler.width(cell.text()) + AIR;
        for (Room room : drawing.rooms()) {
            if (width <= share * drawing.width(room)) {
                String style = room.from("on " + cell.paint().style());
                drawing.text(new Label(style, x, 0, y, Anchor.MIDDLE, cell.text()));
                return;
            }
        }
    }
}
