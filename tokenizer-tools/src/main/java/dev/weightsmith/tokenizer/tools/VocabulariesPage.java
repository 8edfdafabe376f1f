package dev.weightsmith.tokenizer.tools;

import dev.weightsmith.report.BarChart;
import dev.weightsmith.report.Block;
import dev.weightsmith.report.Chart.Mark;
import dev.weightsmith.report.Colophon;
import dev.weightsmith.report.DataTable;
import dev.weightsmith.report.DataTable.Column;
import dev.weightsmith.report.Figure;
import dev.weightsmith.report.Figure.Swatch;
import dev.weightsmith.report.FileNames;
import dev.weightsmith.report.Page;
import dev.weightsmith.report.Paint;
import dev.weightsmith.report.Paint.Tone;
import dev.weightsmith.report.Paragraph;
import dev.weightsmith.report.Section;
import dev.weightsmith.report.Specimen;
import dev.weightsmith.report.Specimen.Chip;
import dev.weightsmith.tokenizer.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What vocabularies make of the same text, as a page.
final class VocabulariesPage {
    private static final int LINES_SHOWN = 60;
    private static final int LONGEST_SHOWN = 2000;
    private static final int PIECES_SHOWN = 80;

    /// Pieces side by side have them in turn.
    private static final List<Paint> TURNS =
            List.of(Tone.BLUE, Tone.AMBER, Tone.GREEN, Tone.ROSE, Tone.VIOLET, Tone.TEAL);

    private final List<Cut> cuts;
    private final List<String> files;

    /// Of the vocabularies: with the file where the name alone does not tell them apart.
    private final List<String> names;

    private VocabulariesPage(List<Cut> cuts) {
        this.cuts = cuts;
        files = FileNames.of(cuts.stream().map(cut -> cut.vocabulary().path()).toList());
        List<String> plain = cuts.stream().map(cut -> cut.vocabulary().name()).toList();
        boolean different = plain.stream().distinct().count() == plain.size();
        names =
                IntStream.range(0, cuts.size())
                        .mapToObj(
                                i -> different ? plain.get(i) : plain.get(i) + ", " + files.get(i))
                        .toList();
    }

    /// @param lines what was cut; the page shows the first of them
    static Page of(List<Cut> cuts, List<String> lines, Colophon colophon) throws IOException {
        var page = new VocabulariesPage(cuts);
        return new Page(
                "Vocabularies compared",
                ("%s characters, %s bytes of text, cut by the official SentencePiece library. Fewer"
                                + " tokens mean longer texts in the same context, and faster answers.")
                        .formatted(cuts.getFirst().characters(), cuts.getFirst().bytes()),
                List.of(page.table(), page.tokens(), page.lines(lines), page.newPieces()),
                colophon);
    }

    private DataTable table() {
        return new DataTable(
                List.of(
                        Column.text("vocabulary"),
                        Column.text("file"),
                        Column.figures("tokens"),
                        Column.figures("of the first"),
                        Column.figures("characters per token"),
                        Column.figures("bytes per token"),
                        Column.figures("bytes alone")),
                IntStream.range(0, cuts.size()).mapToObj(this::row).toList());
    }

    private List<String> row(int i) {
        Cut cut = cuts.get(i);
        return List.of(
                cut.vocabulary().name(),
                files.get(i),
                Long.toString(cut.tokens()),
                CompareCommand.percent(
                        (double) cut.tokens() / Math.max(1, cuts.getFirst().tokens())),
                CompareCommand.number(cut.charactersPerToken()),
                CompareCommand.number(cut.bytesPerToken()),
                CompareCommand.percent(cut.byteShare()));
    }

    private Figure tokens() {
        List<BarChart.Bar> bars =
                IntStream.range(0, cuts.size())
                        .mapToObj(i -> {
                            Cut cut = cuts.get(i);
                            long pieces = cut.tokens() - cut.byteTokens();
                            return new BarChart.Bar(
                                    names.get(i),
                                    List.of(
                                            new Mark(pieces, Tone.BLUE, pieces + " pieces"),
                                            new Mark(
                                                    cut.byteTokens(),
                                                    Tone.GREY,
                                                    cut.byteTokens() + " single bytes")),
                                    Long.toString(cut.tokens()));
                        })
                        .toList();
        return new Figure(
                "Tokens",
                new BarChart("tokens of each vocabulary", bars),
                List.of(
                        new Swatch(Tone.BLUE, "pieces"),
                        new Swatch(Tone.GREY, "single bytes of characters that have no piece")),
                "");
    }

    private Section lines(List<String> lines) throws IOException {
        List<String> shown =
                lines.stream().limit(LINES_SHOWN).map(VocabulariesPage::shortened).toList();
        List<List<int[]>> ids = new ArrayList<>();
        for (Cut cut : cuts) {
            try (var library = OfficialSentencePiece.load(cut.vocabulary().model())) {
                ids.add(shown.stream().map(library::encode).toList());
            }
        }
        List<Block> blocks = new ArrayList<>();
        for (int line = 0; line < shown.size(); line++) {
            var versions = new ArrayList<Specimen.Line>();
            for (int i = 0; i < cuts.size(); i++) {
                int[] cut = ids.get(i).get(line);
                versions.add(
                        new Specimen.Line(
                                "%s: %s".formatted(names.get(i), cut.length),
                                chips(cuts.get(i), cut)));
            }
            blocks.add(new Specimen(versions));
        }
        if (lines.size() > shown.size()) {
            blocks.add(
                    new Paragraph(
                            "The first %s of %s lines.".formatted(shown.size(), lines.size())));
        }
        return new Section("The same text, cut by each", blocks);
    }

    private static String shortened(String line) {
        int end =
                line.offsetByCodePoints(
                        0, Math.min(LONGEST_SHOWN, line.codePointCount(0, line.length())));
        return line.substring(0, end);
    }

    /// Pieces in turning colours; bytes as their two digits.
    private static List<Chip> chips(Cut cut, int[] ids) {
        return IntStream.range(0, ids.length)
                .mapToObj(i -> {
                    Piece piece = cut.vocabulary().model().pieces().get(ids[i]);
                    String tip = Integer.toString(ids[i]);
                    return piece.type() == Piece.Type.BYTE
                            ? new Chip(piece.text().substring(3, 5), Tone.GREY, true, tip)
                            : chip(piece, i, tip);
                })
                .toList();
    }

    private static Chip chip(Piece piece, int turn, String tip) {
        return new Chip(piece.text().replace('▁', ' '), TURNS.get(turn % TURNS.size()), false, tip);
    }

    /// The longest pieces that the last vocabulary has and the first has not, those in use first.
    private Section newPieces() {
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
        List<Chip> chips =
                IntStream.range(0, used.size())
                        .mapToObj(i ->
                                chip(
                                        pieces.get(used.get(i)),
                                        i,
                                        last.uses().getOrDefault(used.get(i), 0) + " times"))
                        .toList();
        return new Section(
                "The longest new pieces in this text",
                List.of(
                        chips.isEmpty()
                                ? new Paragraph(
                                        "None: every piece in use is one of the first vocabulary.")
                                : new Specimen(List.of(new Specimen.Line("", chips)))));
    }

    private static int length(Piece piece) {
        return piece.text().codePointCount(0, piece.text().length());
    }
}
