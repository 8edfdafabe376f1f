package dev.weightsmith.report;

import static dev.weightsmith.report.Markup.attribute;

import dev.weightsmith.report.Specimen.Chip;
import java.util.List;

/// Blocks as elements.
final class BlockWriter {
    private static final int HIGHEST = 2;

    /// Characters from which on a cell has several lines.
    private static final int LONG = 40;

    private final Markup out;
    private final int level;

    BlockWriter(Markup out) {
        this(out, HIGHEST);
    }

    /// @param level of the next headings
    private BlockWriter(Markup out, int level) {
        this.out = out;
        this.level = level;
    }

    void write(List<? extends Block> blocks) {
        blocks.forEach(this::write);
    }

    private void write(Block block) {
        switch (block) {
            case Paragraph paragraph -> out.element("p", paragraph.text());
            case KeyFigures figures -> write(figures);
            case DataTable table -> write(table);
            case Figure figure -> write(figure, Room.PAGE);
            case Gallery gallery -> {
                out.begin("div", attribute("class", "gallery"));
                gallery.figures().forEach(figure -> write(figure, Room.GALLERY));
                out.end();
            }
            case Section section -> write(section);
            case Specimen specimen -> write(specimen);
        }
    }

    private void write(KeyFigures figures) {
        out.begin("dl", attribute("class", "key"));
        for (KeyFigures.KeyFigure figure : figures.figures()) {
            out.begin("div");
            out.element("dt", figure.meaning());
            out.element("dd", figure.value());
            out.end();
        }
        out.end();
    }

    private void write(DataTable table) {
        out.begin("div", attribute("class", "wide")).begin("table");
        out.begin("thead").begin("tr");
        for (DataTable.Column column : table.columns()) {
            cell("th", column, column.heading());
        }
        out.end().end().begin("tbody");
        for (List<String> row : table.rows()) {
            out.begin("tr");
            for (int i = 0; i < row.size(); i++) {
                cell("td", table.columns().get(i), row.get(i));
            }
            out.end();
        }
        out.end().end().end();
    }

    private void cell(String element, DataTable.Column column, String text) {
        if (column.figures()) {
            out.element(element, text, attribute("class", "n"));
        } else if (text.length() > LONG) {
            out.element(element, text, attribute("class", "long"));
        } else {
            out.element(element, text);
        }
    }

    private void write(Figure figure, List<Room> rooms) {
        out.begin("figure");
        out.element("figcaption", figure.caption());
        switch (figure.chart()) {
            case BarChart chart -> chart.draw(out, rooms);
            case CellChart chart -> chart.draw(out, rooms);
            case ColumnChart chart -> chart.draw(out, rooms);
            case PlotChart chart -> chart.draw(out, rooms);
        }
        if (!figure.legend().isEmpty()) {
            out.begin("p", attribute("class", "legend"));
            for (Figure.Swatch swatch : figure.legend()) {
                out.begin("span");
                out.begin("i", attribute("class", swatch.paint().style())).end();
                out.text(swatch.meaning()).end();
            }
            out.end();
        }
        if (!figure.note().isEmpty()) {
            out.element("p", figure.note(), attribute("class", "note"));
        }
        out.end();
    }

    private void write(Section section) {
        switch (section.shown()) {
            case ALWAYS -> out.begin("section");
            case OPEN -> out.begin("details", attribute("open", "open")).begin("summary");
            case CLOSED -> out.begin("details").begin("summary");
        }
        out.element("h" + level, section.heading());
        if (!section.aside().isEmpty()) {
            out.element("span", section.aside(), attribute("class", "aside"));
        }
        if (section.shown() != Section.Shown.ALWAYS) {
            out.end();
        }
        new BlockWriter(out, level + 1).write(section.blocks());
        out.end();
    }

    private void write(Specimen specimen) {
        out.begin("div", attribute("class", "specimen"));
        for (Specimen.Line line : specimen.lines()) {
            out.element("div", line.who(), attribute("class", "who"));
            out.begin("div", attribute("class", "cut"));
            line.chips().forEach(this::write);
            out.end();
        }
        out.end();
    }

    private void write(Chip chip) {
        String style = (chip.code() ? "chip code " : "chip ") + chip.paint().style();
        if (chip.tip().isEmpty()) {
            out.element("span", chip.text(), attribute("class", style));
        } else {
            out.element(
                    "span", chip.text(), attribute("class", style), attribute("title", chip.tip()));
        }
    }
}
