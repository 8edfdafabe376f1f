package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Table;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import dev.weightsmith.report.Colophon;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weightsmith tokenizer compare`.
@Command(
        name = "compare",
        description = {
            "Say how many tokens vocabularies make of real text.",
            "",
            "Texts are cut line by line by the official SentencePiece library, without tokens that"
                    + " begin or end a text. Fewer tokens mean longer texts in the same context,"
                    + " and faster answers.",
            ""
        },
        customSynopsis =
                "weightsmith tokenizer compare A B [C ...] --text FILE [--text FILE ...] [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Example:",
            "  weightsmith tokenizer compare llama/tokenizer.model chinese-llama --text news.txt \\",
            "      --html compare.html"
        },
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {
    @Parameters(
            arity = "2..*",
            paramLabel = "PATH",
            description = "Each a tokenizer.model, a folder with tokenizer files, or a GGUF file.")
    private List<Path> paths;

    @Option(
            names = "--text",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "Text in any language, UTF-8.")
    private List<Path> texts;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Write a page that shows the texts as each vocabulary cuts them, a chart, and the"
                            + " longest new pieces.")
    private Optional<Path> html = Optional.empty();

    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        Optional<Destination> page = html.map(file -> Destination.page(file, "--html"));
        String done = "";
        if (page.isPresent()) {
            page.get().requireApartFrom(paths);
            page.get().requireApartFrom(texts);
            done = job.prepare(page.get());
        }
        Optional<Colophon> colophon = html.map(_ -> output.colophon());
        List<String> lines = TextFiles.lines(texts);
        List<Cut> cuts = new ArrayList<>();
        for (Path path : paths) {
            TokenizerModel vocabulary = TokenizerModel.read(path);
            vocabulary.notes().forEach(output::note);
            cuts.add(Cut.of(vocabulary, lines));
        }
        if (page.isPresent() && !job.dryRun()) {
            Staging.write(
                    page.get(),
                    VocabulariesPage.of(cuts, lines, colophon.orElseThrow()).bytes(),
                    job.overwrite());
        }
        if (output.json()) {
            output.print(json(cuts));
        } else if (!output.quiet()) {
            print(cuts, lines.size(), done);
        }
        return 0;
    }

    private void print(List<Cut> cuts, int lines, String done) {
        Cut first = cuts.getFirst();
        output.out()
                .println(
                        lines
                                + " lines, "
                                + first.characters()
                                + " characters, "
                                + first.bytes()
                                + " bytes");
        var table =
                new Table(
                        "tokens",
                        "of the first",
                        "characters per token",
                        "bytes per token",
                        "bytes alone",
                        "vocabulary");
        for (Cut cut : cuts) {
            table.add(
                    Long.toString(cut.tokens()),
                    percent((double) cut.tokens() / Math.max(1, first.tokens())),
                    number(cut.charactersPerToken()),
                    number(cut.bytesPerToken()),
                    percent(cut.byteShare()),
                    cut.vocabulary().name()
                            + ": "
                            + Printable.text(cut.vocabulary().path().toString()));
        }
        table.print(output.out(), "");
        html.ifPresent(file -> output.out().println(done + " " + Printable.text(file.toString())));
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static ObjectNode json(List<Cut> cuts) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("characters", cuts.getFirst().characters());
        report.put("bytes", cuts.getFirst().bytes());
        var vocabularies = report.putArray("vocabularies");
        for (Cut cut : cuts) {
            vocabularies
                    .addObject()
                    .put("path", cut.vocabulary().path().toString())
                    .put("vocabulary", cut.vocabulary().name())
                    .put("tokens", cut.tokens())
                    .put("charactersPerToken", cut.charactersPerToken())
                    .put("bytesPerToken", cut.bytesPerToken())
                    .put("byteTokens", cut.byteTokens())
                    .put("byteShare", cut.byteShare())
                    .put("unknownTokens", cut.unknown());
        }
        return report;
    }
}
