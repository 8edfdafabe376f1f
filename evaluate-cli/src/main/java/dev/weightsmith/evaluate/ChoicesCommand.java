package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.error.Printable;
import dev.weightsmith.inference.Choices;
import dev.weightsmith.inference.Question;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelVocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weightsmith evaluate choices`.
@Command(
        name = "choices",
        description = {
            "Count how many multiple-choice questions a model answers right.",
            "",
            "Takes the files of C-Eval and CMMLU: CSV with the columns question, A, B, C, D and"
                    + " answer. The model's answer is the letter that it finds likeliest.",
            ""
        },
        customSynopsis = "weightsmith evaluate choices MODEL --questions FILE.csv [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith evaluate choices alpaca.gguf --questions val/law_val.csv",
            "  weightsmith evaluate choices alpaca.gguf --questions val/law_val.csv \\",
            "      --dev dev/law_dev.csv --shots 5"
        },
        sortOptions = false)
final class ChoicesCommand implements Callable<Integer> {
    private static final int MOST_SHOTS = 100;

    @Spec private CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "A file or folder.")
    private Path path;

    @Option(
            names = "--questions",
            required = true,
            paramLabel = "FILE",
            description = "The questions.")
    private Path questionFile;

    @Option(
            names = "--dev",
            paramLabel = "FILE",
            description = "Questions whose answers are shown first, as examples.")
    private Optional<Path> devFile = Optional.empty();

    @Option(
            names = "--shots",
            paramLabel = "K",
            description = "How many of --dev's questions are shown (default: 5).")
    private Optional<Integer> shots = Optional.empty();

    @Mixin private RunOptions run;

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        List<Question> questions = Question.read(questionFile);
        List<Question> examples = examples();
        List<Integer> answers;
        try (var model = Model.open(path)) {
            var choices = Choices.of(model, ModelVocabulary.of(model), questions, examples);
            int together = run.memory().windows(model, choices.longest(), 1);
            try (var manager = Torch.start(run.threads())) {
                answers =
                        choices.ask(
                                manager,
                                model,
                                Math.min(together, questions.size()),
                                run.threads(),
                                output.progress());
            }
        }
        int right =
                (int)
                        IntStream.range(0, questions.size())
                                .filter(i -> questions.get(i).answer() == answers.get(i))
                                .count();
        if (output.json()) {
            output.print(json(questions, answers, examples.size(), right));
        } else {
            output.out()
                    .println(
                            String.format(
                                    Locale.ROOT,
                                    "%s: %d of %d right, %.1f%%, %d-shot",
                                    Printable.text(path.toString()),
                                    right,
                                    questions.size(),
                                    100.0 * right / questions.size(),
                                    examples.size()));
        }
        return 0;
    }

    private List<Question> examples() throws IOException {
        if (devFile.isEmpty()) {
            if (shots.orElse(0) != 0) {
                throw mistake("--shots needs --dev, the file with the examples");
            }
            return List.of();
        }
        int count = shots.orElse(5);
        List<Question> all = Question.read(devFile.get());
        if (count < 0 || count > MOST_SHOTS || (shots.isPresent() && count > all.size())) {
            throw mistake(
                    "--shots is %d, expected 0 to %d, the questions of --dev"
                            .formatted(count, Math.min(MOST_SHOTS, all.size())));
        }
        return all.subList(0, Math.min(count, all.size()));
    }

    private ParameterException mistake(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private ObjectNode json(List<Question> questions, List<Integer> answers, int shown, int right) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", path.toString());
        json.put("questions", questions.size());
        json.put("shots", shown);
        json.put("right", right);
        json.put("accuracy", (double) right / questions.size());
        var given = json.putArray("answers");
        answers.forEach(answer -> given.add(Question.LETTERS.get(answer)));
        return json;
    }
}
