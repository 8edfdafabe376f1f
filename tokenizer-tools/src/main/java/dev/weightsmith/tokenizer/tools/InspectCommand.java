package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Table;
import dev.weightsmith.error.Printable;
import dev.weightsmith.tokenizer.AddedToken;
import dev.weightsmith.tokenizer.Piece;
import dev.weightsmith.tokenizer.SentencePieceModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weightsmith tokenizer inspect`.
@Command(
        name = "inspect",
        description = {"Say what a vocabulary is and holds.", ""},
        customSynopsis = "weightsmith tokenizer inspect PATH [--pieces REGEX] [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith tokenizer inspect tokenizer.model",
            "  weightsmith tokenizer inspect chinese-llama --pieces '^中'"
        },
        sortOptions = false)
final class InspectCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATH",
            description = "A tokenizer.model, a folder with tokenizer files, or a GGUF file.")
    private Path path;

    @Option(
            names = "--pieces",
            paramLabel = "REGEX",
            description = "List the pieces in which this is found, with id, type and score.")
    private Optional<Pattern> pattern = Optional.empty();

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        TokenizerModel vocabulary = TokenizerModel.read(path);
        vocabulary.notes().forEach(output::note);
        List<Integer> shown = shown(vocabulary.model());
        if (output.json()) {
            output.print(json(vocabulary, shown));
        } else {
            print(vocabulary, shown);
        }
        return 0;
    }

    private List<Integer> shown(SentencePieceModel model) {
        return pattern.map(regex ->
                        IntStream.range(0, model.pieces().size())
                                .filter(id -> regex.matcher(model.pieces().get(id).text()).find())
                                .boxed()
                                .toList())
                .orElseGet(List::of);
    }

    private void print(TokenizerModel vocabulary, List<Integer> shown) {
        SentencePieceModel model = vocabulary.model();
        output.out()
                .println(
                        Printable.text(path.toString())
                                + ": "
                                + vocabulary.name()
                                + ", "
                                + vocabulary.form());
        var table = new Table();
        table.add("kind", kind(model));
        for (Piece.Type type : Piece.Type.values()) {
            long count = count(model, type);
            if (count > 0) {
                table.add(type.name().toLowerCase(Locale.ROOT), Long.toString(count));
            }
        }
        table.add("unknown", token(vocabulary, OptionalInt.of(model.unknownId())));
        table.add("begin", token(vocabulary, model.beginId()));
        table.add("end", token(vocabulary, model.endId()));
        table.add("padding", token(vocabulary, vocabulary.padding()));
        table.add("byte fallback", model.byteFallback() ? "yes" : "no");
        table.add("space before a text", model.addDummyPrefix() ? "yes" : "no");
        table.add("text", model.keepsText() ? "kept as it is" : "normalized before it is cut");
        for (AddedToken token : vocabulary.added()) {
            table.add("added", token.id() + " " + Printable.text(token.text()));
        }
        table.print(output.out(), "  ");
        if (pattern.isPresent()) {
            output.out().println();
            output.out().println("pieces: " + shown.size());
            var pieces = new Table("id", "score", "type", "piece");
            for (int id : shown) {
                Piece piece = model.pieces().get(id);
                pieces.add(
                        Integer.toString(id),
                        Float.toString(piece.score()),
                        piece.type().name().toLowerCase(Locale.ROOT),
                        Printable.text(piece.text()));
            }
            pieces.print(output.out(), "  ");
        }
    }

    private ObjectNode json(TokenizerModel vocabulary, List<Integer> shown) {
        SentencePieceModel model = vocabulary.model();
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("path", path.toString());
        report.put("form", vocabulary.form());
        report.put("vocabulary", vocabulary.name());
        report.put("size", vocabulary.size());
        report.put("pieces", model.pieces().size());
        report.put("kind", kind(model));
        ObjectNode types = report.putObject("types");
        for (Piece.Type type : Piece.Type.values()) {
            types.put(type.name().toLowerCase(Locale.ROOT), count(model, type));
        }
        ObjectNode special = report.putObject("special");
        special.put("unknown", model.unknownId());
        model.beginId().ifPresent(id -> special.put("begin", id));
        model.endId().ifPresent(id -> special.put("end", id));
        vocabulary.padding().ifPresent(id -> special.put("padding", id));
        report.put("byteFallback", model.byteFallback());
        report.put("addDummyPrefix", model.addDummyPrefix());
        report.put("keepsText", model.keepsText());
        var added = report.putArray("added");
        vocabulary
                .added()
                .forEach(token ->
                        added.addObject()
                                .put("id", token.id())
                                .put("text", token.text())
                                .put("special", token.special()));
        var notes = report.putArray("notes");
        vocabulary.notes().forEach(notes::add);
        if (pattern.isPresent()) {
            var matches = report.putArray("matches");
            for (int id : shown) {
                Piece piece = model.pieces().get(id);
                matches.addObject()
                        .put("id", id)
                        .put("piece", piece.text())
                        .put("score", piece.score())
                        .put("type", piece.type().name().toLowerCase(Locale.ROOT));
            }
        }
        return report;
    }

    private static String kind(SentencePieceModel model) {
        return switch (model.kind()) {
            case BPE -> "BPE";
            case UNIGRAM -> "unigram";
        };
    }

    private static long count(SentencePieceModel model, Piece.Type type) {
        return model.pieces().stream().filter(piece -> piece.type() == type).count();
    }

    private static String token(TokenizerModel vocabulary, OptionalInt id) {
        return id.isEmpty()
                ? "none"
                : id.getAsInt() + " " + Printable.text(vocabulary.piece(id.getAsInt()));
    }
}
