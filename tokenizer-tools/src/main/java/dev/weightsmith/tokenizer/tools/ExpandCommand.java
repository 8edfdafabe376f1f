package dev.weightsmith.tokenizer.tools;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.error.Finding;
import dev.weightsmith.merge.Job;
import dev.weightsmith.merge.JobRunner;
import dev.weightsmith.merge.ModelPlans;
import dev.weightsmith.merge.Target;
import dev.weightsmith.merge.TargetOptions;
import dev.weightsmith.model.LlamaModel;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.tokenizer.TokenizerFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weightsmith tokenizer expand`.
@Command(
        name = "expand",
        description = {
            "Grow a model to fit a larger vocabulary, without an adapter.",
            "",
            "The embedding and the output matrix get a row for every new token; all other weights"
                    + " stay as they are, and so do the rows of old tokens. The new vocabulary must"
                    + " begin with the model's own, as tokenizer merge makes it.",
            ""
        },
        customSynopsis =
                "weightsmith tokenizer expand --model PATH --tokenizer FOLDER --out PATH [OPTIONS]",
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Example:",
            "  weightsmith tokenizer expand --model llama-7b-hf --tokenizer chinese-llama \\",
            "      --pad-to-multiple-of 64 --out llama-7b-expanded"
        },
        sortOptions = false)
final class ExpandCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "The model to grow, with its own tokenizer: every form that merge reads.")
    private Path model;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "FOLDER",
            description = "The larger vocabulary: a folder as tokenizer merge writes it.")
    private Path tokenizer;

    @Option(
            names = "--init",
            paramLabel = "mean-of-pieces|mean|zeros|normal:SEED",
            converter = Init.Converter.class,
            description =
                    "The rows of new tokens: the mean of the rows of the pieces that the old"
                            + " vocabulary cuts the new piece into (the default), the mean of all"
                            + " rows, zeros, or random values with deviation 0.02.")
    private Init init = new Init.MeanOfPieces();

    @Option(
            names = "--pad-to-multiple-of",
            paramLabel = "N",
            description = "Add rows that stand for no token until their number is a multiple of N.")
    private int multiple = 1;

    @Mixin private TargetOptions target;
    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        if (multiple < 1 || multiple > 1 << 16) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--pad-to-multiple-of is " + multiple + ", expected 1 to 65536");
        }
        Target to = target.target();
        try (LlamaModel base = LlamaModel.open(model)) {
            Tokens old = Tokens.ofModel(base);
            Tokens grown = Tokens.ofFolder(tokenizer);
            Expansion expansion = Expansion.of(base, old, grown, init, multiple);
            LlamaModel expanded = expansion.apply(base, new LlamaModel.Tokenizer.Folder(tokenizer));
            var findings = new ArrayList<>(findings(base, expansion));
            Plan plan = ModelPlans.of(expanded, to, to.modelName(), findings);
            new JobRunner(job, output)
                    .run(
                            new Job(
                                    plan,
                                    to.out(),
                                    expanded.sources(),
                                    findings,
                                    inputs(to),
                                    () -> {}),
                            json(base, expansion));
        }
        return 0;
    }

    private List<Path> inputs(Target to) {
        var inputs = new ArrayList<>(to.inputs());
        inputs.add(model);
        inputs.add(tokenizer);
        return inputs;
    }

    private List<Finding> findings(LlamaModel base, Expansion expansion) {
        List<Finding> findings = new ArrayList<>();
        base.config().notes().forEach(note -> findings.add(Finding.note(model, note)));
        int stored = base.config().vocabularySize();
        int old = expansion.old().size();
        int grown = expansion.grown().size();
        findings.add(
                Finding.note(
                        model,
                        stored
                                + " rows become "
                                + expansion.rows()
                                + ": "
                                + (grown - old)
                                + " new tokens; the vocabulary of "
                                + TokenizerFiles.vocabularyName(old)
                                + " becomes one of "
                                + TokenizerFiles.vocabularyName(grown)));
        if (stored > old && grown > old) {
            findings.add(
                    Finding.note(
                            model,
                            "rows from "
                                    + old
                                    + " on stood for no token and are made new: "
                                    + (Math.min(stored, grown) - old)));
        }
        return findings;
    }

    private static ObjectNode json(LlamaModel base, Expansion expansion) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.putObject("rows")
                .put("before", base.config().vocabularySize())
                .put("after", expansion.rows());
        details.put("newTokens", expansion.grown().size() - expansion.old().size());
        return details;
    }
}
