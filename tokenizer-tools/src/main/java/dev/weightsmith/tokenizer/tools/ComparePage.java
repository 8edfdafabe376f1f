package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.tokenizer.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The page of `tokenizer compare`: one file that needs nothing else, no script and no network.
final class ComparePage {
    private static final int LINES_SHOWN = 60;
    private static final int LONGEST_SHOWN = 2000;
    private static final int PIECES_SHOWN = 80;
    private static final int COLOURS = 6;

    private final List<Cut> cuts;
    private final StringBuilder html = new StringBuilder();

    private ComparePage(List<Cut> cuts) {
        this.cuts = cuts;
    }

    /// @param lines what was cut; the page shows the first of them
    static String of(List<Cut> cuts, List<String> lines) throws IOException {
        var page = new ComparePage(cuts);
        page.head();
        page.figures();
        page.chart();
        page.lines(lines);
        page.newPieces();
        return page.html.append("</main>\n</body>\n</html>\n").toString();
    }

    private void head() {
        html.append(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <title>Vocabularies compared</title>
                <style>
                :root { color-scheme: light dark; --line: #8884; --quiet: #777; --bar: #3b6ea5; }
                body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0; }
                main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
                h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
                table { border-collapse: collapse; width: 100%; }
                th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
                th:first-child, td:first-child { text-align: left; }
                .quiet { color: var(--quiet); font-size: .85rem; }
                .text { border-bottom: 1px solid var(--line); padding: .8rem 0; display: grid; grid-template-columns: 12rem 1fr; gap: .3rem 1rem; }
                .who { color: var(--quiet); font-size: .85rem; overflow-wrap: anywhere; }
                .cut { overflow-wrap: anywhere; }
                .t { border-radius: .25rem; padding: .05rem .1rem; margin: 0 1px; color: #111; white-space: pre-wrap; }
                .t0 { background: #cfe3f7; } .t1 { background: #f7e3b5; } .t2 { background: #d3efd0; }
                .t3 { background: #f6d0d6; } .t4 { background: #e0d5f3; } .t5 { background: #cdeeee; }
                .byte { background: #555; color: #fff; font: .7rem ui-monospace, monospace; padding: .1rem .15rem; }
                .pieces span { display: inline-block; margin: .15rem; }
                svg { width: 100%; height: auto; } svg text { font-size: 13px; fill: currentColor; }
                @media (max-width: 40rem) { .text { grid-template-columns: 1fr; } }
                </style>
                </head>
                <body>
                <main>
                <h1>Vocabularies compared</h1>
                """);
    }

    private void figures() {
        Cut first = cuts.getFirst();
        html.append("<p>")
                .append(first.characters())
                .append(" characters, ")
                .append(first.bytes())
                .append(" bytes of text, cut by the official SentencePiece library.</p>\n<table>\n")
                .append("<tr><th>vocabulary</th><th>tokens</th><th>of the first</th>")
                .append("<th>characters per token</th><th>bytes per token</th>")
                .append("<th>bytes alone</th></tr>\n");
        for (Cut cut : cuts) {
            html.append("<tr><td>")
                    .append(escaped(cut.vocabulary().name()))
                    .append("<br><span class=\"quiet\">")
                    .append(escaped(cut.vocabulary().path().toString()))
                    .append("</span></td>");
            cell(Long.toString(cut.tokens()));
            cell(CompareCommand.percent(share(cut)));
            cell(CompareCommand.number(cut.charactersPerToken()));
            cell(CompareCommand.number(cut.bytesPerToken()));
            cell(CompareCommand.percent(cut.byteShare()));
            html.append("</tr>\n");
        }
        html.append("</table>\n");
    }

    private void cell(String text) {
        html.append("<td>").append(text).append("</td>");
    }

    private double share(Cut cut) {
        return (double) cut.tokens() / Math.max(1, cuts.getFirst().tokens());
    }

    /// Bars from 0 to the largest number of tokens; the dark part is byte tokens.
    private void chart() {
        long most = Math.max(1, cuts.stream().mapToLong(Cut::tokens).max().orElse(1));
        int height = 52 * cuts.size();
        html.append("<h2>Tokens</h2>\n")
                .append("<svg viewBox=\"0 0 900 ")
                .append(height)
                .append("\" role=\"img\" aria-label=\"tokens of each vocabulary\">\n");
        for (int i = 0; i < cuts.size(); i++) {
            Cut cut = cuts.get(i);
            int y = 52 * i;
            text(0, y + 15, escaped(cut.vocabulary().name()));
            bar(y + 21, 800.0 * cut.tokens() / most, "var(--bar)");
            bar(y + 21, 800.0 * cut.byteTokens() / most, "#555");
            text(800 * cut.tokens() / most + 8, y + 36, Long.toString(cut.tokens()));
        }
        html.append("</svg>\n<p class=\"quiet\">Grey: single bytes of characters that have no")
                .append(" piece.</p>\n");
    }

    private void text(long x, long y, String text) {
        html.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\">");
        html.append(text).append("</text>\n");
    }

    private void bar(int y, double width, String fill) {
        html.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"0\" y=\"%d\" width=\"%.1f\" height=\"20\" style=\"fill:%s\"/>%n",
                        y,
                        width,
                        fill));
    }

    private void lines(List<String> lines) throws IOException {
        html.append("<h2>The same text, cut by each</h2>\n");
        List<String> shown = lines.stream().limit(LINES_SHOWN).map(ComparePage::shortened).toList();
        List<List<int[]>> ids = new ArrayList<>();
        for (Cut cut : cuts) {
            try (var library = OfficialSentencePiece.load(cut.vocabulary().model())) {
                ids.add(shown.stream().map(library::encode).toList());
            }
        }
        for (int line = 0; line < shown.size(); line++) {
            html.append("<div class=\"text\">\n");
            for (int i = 0; i < cuts.size(); i++) {
                int[] cut = ids.get(i).get(line);
                html.append("<div class=\"who\">")
                        .append(escaped(cuts.get(i).vocabulary().name()))
                        .append(": ")
                        .append(cut.length)
                        .append("</div><div class=\"cut\">");
                tokens(cuts.get(i), cut);
                html.append("</div>\n");
            }
            html.append("</div>\n");
        }
        if (lines.size() > shown.size()) {
            html.append("<p class=\"quiet\">The first ")
                    .append(shown.size())
                    .append(" of ")
                    .append(lines.size())
                    .append(" lines.</p>\n");
        }
    }

    private static String shortened(String line) {
        int end =
                line.offsetByCodePoints(
                        0, Math.min(LONGEST_SHOWN, line.codePointCount(0, line.length())));
        return line.substring(0, end);
    }

    /// Pieces in turning colours; bytes as their two digits.
    private void tokens(Cut cut, int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            Piece piece = cut.vocabulary().model().pieces().get(ids[i]);
            if (piece.type() == Piece.Type.BYTE) {
                html.append("<span class=\"t byte\" title=\"")
                        .append(ids[i])
                        .append("\">")
                        .append(piece.text(), 3, 5)
                        .append("</span>");
            } else {
                html.append("<span class=\"t t")
                        .append(i % COLOURS)
                        .append("\" title=\"")
                        .append(ids[i])
                        .append("\">")
                        .append(escaped(piece.text().replace('▁', ' ')))
                        .append("</span>");
            }
        }
    }

    /// The longest pieces that the last vocabulary has and the first has not, those in use first.
    private void newPieces() {
        Cut first = cuts.getFirst();
        Cut last = cuts.getLast();
        List<Piece> pieces = last.vocabulary().model().pieces();
        List<Integer> used =
                last.uses().keySet().stream()
                        .filter(id -> pieces.get(id).type() == Piece.Type.NORMAL)
                        .filter(id ->
                                first.vocabulary().model().id(pieces.get(id).text()).isEmpty())
                        .sorted(
                                Comparator.comparingInt((Integer id) -> -length(pieces.get(id)))
                                        .thenComparingInt(id -> -last.uses().getOrDefault(id, 0))
                                        .thenComparingInt(id -> id))
                        .limit(PIECES_SHOWN)
                        .toList();
        html.append("<h2>The longest new pieces in this text</h2>\n");
        if (used.isEmpty()) {
            html.append("<p>None: every piece in use is one of the first vocabulary.</p>\n");
            return;
        }
        html.append("<p class=\"pieces\">");
        for (int i = 0; i < used.size(); i++) {
            html.append("<span class=\"t t")
                    .append(i % COLOURS)
                    .append("\" title=\"")
                    .append(last.uses().getOrDefault(used.get(i), 0))
                    .append(" times\">")
                    .append(escaped(pieces.get(used.get(i)).text().replace('▁', ' ')))
                    .append("</span>");
        }
        html.append("</p>\n");
    }

    private static int length(Piece piece) {
        return piece.text().codePointCount(0, piece.text().length());
    }

    /// Text out of files, safe in a page: markup is escaped, and so is what changes the direction
    /// or cannot be seen.
    static String escaped(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> out.append("&amp;");
                        case '<' -> out.append("&lt;");
                        case '>' -> out.append("&gt;");
                        case '"' -> out.append("&quot;");
                        case '\'' -> out.append("&#39;");
                        default -> {
                            int type = Character.getType(c);
                            boolean invisible =
                                    type == Character.CONTROL
                                            || type == Character.FORMAT
                                            || type == Character.SURROGATE
                                            || type == Character.UNASSIGNED;
                            if (invisible) {
                                out.append(String.format(Locale.ROOT, "\\u{%x}", c));
                            } else {
                                out.appendCodePoint(c);
                            }
                        }
                    }
                });
        return out.toString();
    }
}
