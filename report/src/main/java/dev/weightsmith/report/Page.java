package dev.weightsmith.report;

import static dev.weightsmith.report.Markup.attribute;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A page that needs nothing else: no script, no font, no network. It is well-formed XML too.
///
/// All text is text: names out of files cannot become markup, whatever they hold. The same page has
/// the same bytes.
///
/// @param title the page's heading and the window's name
/// @param lead what the page shows and how to read it; may be empty
public record Page(String title, String lead, List<Block> blocks, Colophon colophon) {
    public Page {
        blocks = List.copyOf(blocks);
    }

    public String html() {
        var out = new Markup();
        out.begin("html", attribute("lang", "en"));
        head(out);
        out.begin("body").begin("main");
        out.element("h1", title);
        if (!lead.isEmpty()) {
            out.element("p", lead, attribute("class", "lead"));
        }
        new BlockWriter(out).write(blocks);
        colophon.write(out);
        out.end().end().end();
        return "<!DOCTYPE html>\n" + out;
    }

    /// [#html] in UTF-8.
    public byte[] bytes() {
        return html().getBytes(StandardCharsets.UTF_8);
    }

    private void head(Markup out) {
        out.begin("head");
        out.empty("meta", attribute("charset", "utf-8"));
        out.empty(
                "meta",
                attribute("http-equiv", "Content-Security-Policy"),
                attribute("content", "default-src 'none'; style-src 'unsafe-inline'"));
        out.empty(
                "meta",
                attribute("name", "viewport"),
                attribute("content", "width=device-width, initial-scale=1"));
        out.empty("meta", attribute("name", "color-scheme"), attribute("content", "light dark"));
        out.element("title", title);
        out.style(Stylesheet.TEXT);
        out.end();
    }
}
