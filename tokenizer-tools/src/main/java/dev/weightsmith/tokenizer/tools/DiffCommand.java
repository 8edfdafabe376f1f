package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Table;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Staging;
import dev.weightsmith.tokenizer.PieceList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `weightsmith tokenizer diff`.
@Command(
        name = "diff",
        description = {
            "Say what one vocabulary has and another has not.",
            "",
            "With --pieces-out, what B adds is written as a list that tokenizer merge takes: LLaMA's"
                    + " model and the list extracted from a grown one give the grown one again.",
            ""
        },
        customSynopsis = "weightsmith tokenizer diff A B [--pieces-out FILE] [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Example:",
            "  weightsmith tokenizer diff llama/tokenizer.model chinese-llama-2/tokenizer.model \\",
            "      --pieces-out added.txt"
        },
        sortOptions = false)
final class DiffCommand implements Callable<Integer> {
    private static final int SHOWN = 8;

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "A tokenizer.model, a folder with tokenizer files, or a GGUF file.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    private Path second;

    @Option(
            names = "--pieces-out",
            paramLabel = "FILE",
            description = "Write the pieces that only B has, one a line, in B's order.")
    private Optional<Path> piecesOut = Optional.empty();

    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        Optional<Destination> list = piecesOut.map(file -> Destination.page(file, "--pieces-out"));
        String done = "";
        if (list.isPresent()) {
            list.get().requireApartFrom(List.of(first, second));
            done = job.prepare(list.get());
        }
        TokenizerModel a = TokenizerModel.read(first);
        TokenizerModel b = TokenizerModel.read(second);
        a.notes().forEach(output::note);
        b.notes().forEach(output::note);
        var difference = Difference.of(a.model(), b.model());
        if (list.isPresent() && !job.dryRun()) {
            Staging.write(list.get(), PieceList.write(difference.added()), job.overwrite());
        }
        if (output.json()) {
            output.print(json(difference));
        } else if (!output.quiet()) {
            print(a, b, difference, done);
        }
        return 0;
    }

    private void print(TokenizerModel a, TokenizerModel b, Difference difference, String done) {
        var table = new Table();
        table.add("A", a.name() + ": " + Printable.text(first.toString()));
        table.add("B", b.name() + ": " + Printable.text(second.toString()));
        table.add("in both", Integer.toString(difference.common()));
        table.add("only in A", some(difference.removed()));
        table.add("only in B", some(difference.added()));
        table.add("other ids", some(difference.moved()));
        table.add("other scores or types", some(difference.changed()));
        table.add(
                "A and what B adds",
                switch (difference.rebuilt()) {
                    case SAME_BYTES -> "give B, byte for byte";
                    case SAME_PIECES -> "give B's pieces; the files differ besides";
                    case OTHER -> "do not give B";
                });
        table.print(output.out(), "");
        piecesOut.ifPresent(file ->
                output.out()
                        .println(
                                done
                                        + " "
                                        + Printable.text(file.toString())
                                        + ": "
                                        + difference.added().size()
                                        + " pieces"));
    }

    private static String some(List<String> pieces) {
        if (pieces.isEmpty()) {
            return "0";
        }
        String shown = String.join(" ", pieces.stream().limit(SHOWN).map(Printable::text).toList());
        return pieces.size() + ": " + shown + (pieces.size() > SHOWN ? " …" : "");
    }

    private ObjectNode json(Difference difference) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("a", first.toString());
        report.put("b", second.toString());
        report.put("common", difference.common());
        put(report, "removed", difference.removed());
        put(report, "added", difference.added());
        put(report, "moved", difference.moved());
        put(report, "changed", difference.changed());
        report.put("sameBytes", difference.rebuilt() == Difference.Rebuilt.SAME_BYTES);
        report.put("samePieces", difference.rebuilt() != Difference.Rebuilt.OTHER);
        return report;
    }

    private static void put(ObjectNode report, String name, List<String> pieces) {
        var array = report.putArray(name);
        pieces.forEach(array::add);
    }
}
