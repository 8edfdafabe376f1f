package dev.weightsmith.report;

import dev.weightsmith.error.Printable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/// Elements and text under construction: well-formed as HTML and as XML.
///
/// Only the names of elements and attributes are taken as they are, and they stand in this package;
/// text and values of attributes are escaped here and nowhere else.
final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /// @param name stands in this package
    record Attribute(String name, String value) {}

    static Attribute attribute(String name, String value) {
        return new Attribute(name, value);
    }

    static Attribute attribute(String name, double value) {
        return new Attribute(name, number(value));
    }

    /// Opens an element.
    Markup begin(String element, Attribute... attributes) {
        tag(element, attributes);
        out.append('>');
        open.push(element);
        return this;
    }

    /// Closes the element opened last. Within a line nothing may come between elements.
    Markup end() {
        String element = open.pop();
        out.append("</").append(element).append(element.equals("span") ? ">" : ">\n");
        return this;
    }

    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /// A whole element that holds text.
    Markup element(String element, String text, Attribute... attributes) {
        return begin(element, attributes).text(text).end();
    }

    /// An element that never holds anything: `meta`, or one of SVG.
    Markup empty(String element, Attribute... attributes) {
        tag(element, attributes);
        out.append("/>\n");
        return this;
    }

    /// The rules of a `style` element, which HTML reads without escapes.
    Markup style(String rules) {
        if (rules.indexOf('<') >= 0 || rules.indexOf('&') >= 0) {
            throw new IllegalArgumentException("the style sheet holds markup");
        }
        begin("style");
        out.append('\n').append(rules);
        return end();
    }

    private void tag(String element, Attribute... attributes) {
        out.append('<').append(element);
        for (Attribute attribute : attributes) {
            out.append(' ')
                    .append(attribute.name())
                    .append("=\"")
                    .append(escaped(attribute.value()))
                    .append('"');
        }
    }

    /// At most two decimals, with a point whatever the user's language.
    static String number(double value) {
        long hundredths = Math.round(value * 100);
        String sign = hundredths < 0 ? "-" : "";
        long whole = Math.abs(hundredths) / 100;
        long rest = Math.abs(hundredths) % 100;
        if (rest == 0) {
            return sign + whole;
        }
        return rest % 10 == 0
                ? sign + whole + "." + rest / 10
                : String.format(Locale.ROOT, "%s%d.%02d", sign, whole, rest);
    }

    /// Characters that mean something in markup become references; those that cannot be seen, or
    /// turn the direction of what follows, are shown by their numbers. What is left XML allows.
    private static String escaped(String text) {
        String visible = Printable.visible(text);
        var escaped = new StringBuilder(visible.length());
        for (int i = 0; i < visible.length(); i++) {
            char character = visible.charAt(i);
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(character);
            }
        }
        return escaped.toString();
    }

    /// All of it, when every element is closed.
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return out.toString();
    }
}
