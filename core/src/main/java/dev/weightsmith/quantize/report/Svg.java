package dev.weightsmith.quantize.report;

import dev.weightsmith.error.Printable;
import java.util.Locale;

/// A drawing that grows element by element. Text goes through one door, which escapes it.
final class Svg {
    private final StringBuilder out = new StringBuilder();

    Svg(double width, double height, String description) {
        out.append("<svg viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" role=\"img\" aria-label=\"")
                .append(escaped(description))
                .append("\">\n");
    }

    /// How text stands to its point.
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /// @param tip shown where the pointer rests; empty for none
    void rectangle(double x, double y, double width, double height, String fill, String tip) {
        out.append("<rect x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append("\" fill=\"")
                .append(escaped(fill))
                .append(
                        tip.isEmpty()
                                ? "\"/>\n"
                                : "\"><title>" + escaped(tip) + "</title></rect>\n");
    }

    void circle(double x, double y, double radius, String fill, String tip) {
        out.append("<circle cx=\"")
                .append(number(x))
                .append("\" cy=\"")
                .append(number(y))
                .append("\" r=\"")
                .append(number(radius))
                .append("\" fill=\"")
                .append(escaped(fill))
                .append("\"><title>")
                .append(escaped(tip))
                .append("</title></circle>\n");
    }

    /// A thin line of a grid or axis.
    void line(double x1, double y1, double x2, double y2) {
        out.append("<line class=\"grid\" x1=\"")
                .append(number(x1))
                .append("\" y1=\"")
                .append(number(y1))
                .append("\" x2=\"")
                .append(number(x2))
                .append("\" y2=\"")
                .append(number(y2))
                .append("\"/>\n");
    }

    void text(double x, double y, Anchor anchor, String text) {
        out.append("<text x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" text-anchor=\"")
                .append(anchor.name().toLowerCase(Locale.ROOT))
                .append("\">")
                .append(escaped(text))
                .append("</text>\n");
    }

    /// Black text in the middle of something coloured, which lets the pointer through.
    void label(double x, double y, String text) {
        out.append("<text class=\"on\" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" text-anchor=\"middle\">")
                .append(escaped(text))
                .append("</text>\n");
    }

    /// The whole drawing.
    @Override
    public String toString() {
        return out + "</svg>\n";
    }

    /// Text that can stand in an element or an attribute; names come from files.
    static String escaped(String text) {
        var escaped = new StringBuilder();
        text.codePoints()
                .forEach(character ->
                        escaped.append(
                                switch (character) {
                                    case '&' -> "&amp;";
                                    case '<' -> "&lt;";
                                    case '>' -> "&gt;";
                                    case '"' -> "&quot;";
                                    case '\'' -> "&#39;";
                                    default -> Printable.text(Character.toString(character));
                                }));
        return escaped.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
