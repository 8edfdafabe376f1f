package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Table;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.Printable;
import dev.weightsmith.merge.Job;
import dev.weightsmith.merge.JobRunner;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tokenizer.TokenizerFiles;
import dev.weightsmith.tokenizer.TokenizerFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weightsmith tokenizer merge`.
@Command(
        name = "merge",
        description = {
            "Add pieces to LLaMA's vocabulary.",
            "",
            "Every piece that is not there yet is appended, in the order of the files, with score 0;"
                    + " all else stays the base's. From LLaMA's tokenizer.model and chinese_sp.model"
                    + " that gives the published Chinese-LLaMA tokenizer (49953 pieces), with --pad"
                    + " '[PAD]' the published Chinese-Alpaca tokenizer (49954), byte for byte.",
            "",
            "The folder loads in transformers as it is. It holds tokenizer.model,",
            "tokenizer.json, tokenizer_config.json and special_tokens_map.json.",
            ""
        },
        customSynopsis =
                "weightsmith tokenizer merge --base PATH --add PATH [--add PATH ...] --out FOLDER"
                        + " [OPTIONS]",
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Examples:",
            "  weightsmith tokenizer merge --base llama/tokenizer.model --add chinese_sp.model \\",
            "      --out chinese-llama",
            "  My own words, one piece a line, and room for a multiple of 64 rows:",
            "    weightsmith tokenizer merge --base llama --add words.txt \\",
            "        --pad-to-multiple-of 64 --out mine"
        },
        sortOptions = false)
final class MergeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--base",
            required = true,
            paramLabel = "PATH",
            description = "LLaMA's tokenizer.model, one grown from it, or a folder with one.")
    private Path base;

    @Option(
            names = "--add",
            paramLabel = "PATH",
            description =
                    "Pieces to add: a SentencePiece model of any kind, or a text file with one piece"
                            + " a line. Several are added in the order given.")
    private List<Path> additions = List.of();

    @Option(
            names = "--pad",
            paramLabel = "TEXT",
            description =
                    "The token that fills short texts, e.g. '[PAD]'; added where it is missing.")
    private Optional<String> pad = Optional.empty();

    @Option(
            names = "--pad-to-multiple-of",
            paramLabel = "N",
            description = "Add pieces that are never used until their number is a multiple of N.")
    private Optional<Integer> multiple = Optional.empty();

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "FOLDER",
            description = "The folder to write. It appears under this name only when complete.")
    private Path out;

    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        requireSomething();
        Growth growth = Growth.of(base);
        int baseSize = growth.model().pieces().size();
        for (Path addition : additions) {
            growth.add(addition);
        }
        pad.ifPresent(growth::pad);
        multiple.ifPresent(growth::fill);
        TokenizerFolder folder = growth.folder();
        if (!output.json() && !output.quiet()) {
            print(growth, baseSize);
        }
        new JobRunner(job, output)
                .run(
                        new Job(
                                plan(folder),
                                out,
                                Sources.none(),
                                folder.notes().stream()
                                        .map(note -> Finding.note(out, note))
                                        .toList(),
                                Stream.concat(Stream.of(base), additions.stream()).toList(),
                                () -> {}),
                        json(growth, baseSize));
        return 0;
    }

    private void requireSomething() {
        if (additions.isEmpty() && pad.isEmpty() && multiple.isEmpty()) {
            throw mistake("there is nothing to add: give --add, --pad or --pad-to-multiple-of");
        }
        if (multiple.isPresent() && (multiple.get() < 1 || multiple.get() > 1 << 16)) {
            throw mistake("--pad-to-multiple-of is " + multiple.get() + ", expected 1 to 65536");
        }
        if (pad.isPresent() && pad.get().isEmpty()) {
            throw mistake("--pad is empty");
        }
    }

    private ParameterException mistake(String text) {
        return new ParameterException(spec.commandLine(), text);
    }

    private Plan plan(TokenizerFolder folder) {
        List<Plan.TextFile> files = new ArrayList<>();
        folder.files().forEach((name, bytes) -> files.add(new Plan.TextFile(name, bytes)));
        return new Plan(true, List.of(), files);
    }

    private void print(Growth growth, int baseSize) {
        var table = new Table("pieces", "added", "known", "from");
        table.add(Integer.toString(baseSize), "", "", Printable.text(base.toString()));
        for (Growth.Step step : growth.steps()) {
            table.add(
                    Integer.toString(step.pieces()),
                    Integer.toString(step.added().size()),
                    Integer.toString(step.known().size()),
                    Printable.text(step.from()));
        }
        table.print(output.out(), "");
        output.out().println("vocabulary: " + name(growth));
        if (output.verbose()) {
            for (Growth.Step step : growth.steps()) {
                step.known()
                        .forEach(piece ->
                                output.note(
                                        step.from()
                                                + ": "
                                                + Printable.name(piece)
                                                + " is there already"));
            }
        }
    }

    private static String name(Growth growth) {
        return TokenizerFiles.vocabularyName(growth.model().pieces().size());
    }

    private ObjectNode json(Growth growth, int baseSize) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.putObject("base").put("path", base.toString()).put("pieces", baseSize);
        var sources = details.putArray("sources");
        for (Growth.Step step : growth.steps()) {
            ObjectNode source = sources.addObject();
            source.put("from", step.from());
            source.put("pieces", step.pieces());
            source.put("added", step.added().size());
            var known = source.putArray("known");
            step.known().forEach(known::add);
        }
        details.put("pieces", growth.model().pieces().size());
        details.put("vocabulary", name(growth));
        return details;
    }
}
