package dev.weightsmith.evaluate;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A page of a report: one file that needs nothing else, in light and dark.
final class HtmlPage {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9d9e0;
              --paper: #ffffff; --accent: #0d74ce; }
            @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b4ba;
              --line: #363a3f; --paper: #111113; --accent: #70b8ff; } }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
              background: var(--paper); max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; line-height: 1.2; overflow-wrap: anywhere; }
            p { color: var(--soft); }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            th, td { padding: .4rem .55rem; text-align: right; white-space: nowrap;
              border-bottom: 1px solid var(--line); }
            th { font-weight: 600; color: var(--soft); }
            th:first-child, td:first-child { text-align: left; }
            svg { width: 100%; height: auto; margin: 1.5rem 0; }
            svg text { fill: var(--soft); font: 13px system-ui, sans-serif; }
            svg .label { fill: var(--ink); }
            svg .grid { stroke: var(--line); }
            svg .data { stroke: var(--accent); fill: none; stroke-width: 2; }
            svg .point { fill: var(--accent); }
            """;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    HtmlPage(String title) {
        this.title = title;
    }

    /// Refuses what a report may not replace, before the work begins: an input, or a name that may
    /// be a model's.
    ///
    /// @param inputs files and folders that are read
    /// @throws PlanException unless the file's name ends in `.html` or `.htm`
    /// @throws dev.weightsmith.error.FileException if it is an input or cannot be replaced
    static Destination destination(Path file, List<Path> inputs) throws IOException {
        if (!file.toString().toLowerCase(Locale.ROOT).matches("(?s).*\\.html?")) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.OUTPUT_CONFLICT,
                            file,
                            "is no name for a report, expected one that ends in .html"));
        }
        Destination page = Destination.page(file, "--report");
        page.requireApartFrom(inputs);
        Staging.prepare(page, true);
        return page;
    }

    HtmlPage paragraph(String text) {
        body.append("<p>").append(escaped(text)).append("</p>\n");
        return this;
    }

    HtmlPage table(List<String> headings, List<List<String>> rows) {
        body.append("<div class=\"scroll\"><table>\n<tr>");
        headings.forEach(cell -> body.append("<th>").append(escaped(cell)).append("</th>"));
        body.append("</tr>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            row.forEach(cell -> body.append("<td>").append(escaped(cell)).append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</table></div>\n");
        return this;
    }

    HtmlPage plot(Plot plot) {
        body.append(plot.svg());
        return this;
    }

    @Override
    public String toString() {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + escaped(title)
                + "</title>\n<style>\n"
                + STYLE
                + "</style>\n</head>\n<body>\n<h1>"
                + escaped(title)
                + "</h1>\n"
                + body
                + "</body>\n</html>\n";
    }

    /// Writes the page, whole or not at all.
    void write(Destination page) throws IOException {
        Staging.write(page, toString().getBytes(StandardCharsets.UTF_8), true);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
