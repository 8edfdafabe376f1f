package dev.weightsmith.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.inference.Generator;
import dev.weightsmith.inference.LayerPass;
import dev.weightsmith.inference.OpenQuestion;
import dev.weightsmith.inference.Sampler;
import dev.weightsmith.inference.Torch;
import dev.weightsmith.model.Model;
import dev.weightsmith.model.ModelVocabulary;
import dev.weightsmith.tokenizer.PieceDecoder;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weightsmith evaluate answers`.
@Command(
        name = "answers",
        description = {
            "Ask a model questions and count the right answers.",
            "",
            "Each question is put into the model's chat template; the likeliest token is taken each"
                    + " time. An answer is right when it is, without spaces around it, the whole"
                    + " text expected.",
            ""
        },
        customSynopsis = "weightsmith evaluate answers MODEL --questions FILE.json [OPTIONS]",
        parameterListHeading = "Options:%n",
        optionListHeading = "",
        footer = {
            "",
            "Examples:",
            "  weightsmith evaluate answers alpaca-Q4_K_M.gguf --questions questions.json",
            "  Which were wrong?",
            "    weightsmith evaluate answers alpaca-Q4_K_M.gguf --questions questions.json -v"
        },
        sortOptions = false)
final class AnswersCommand implements Callable<Integer> {
    @Spec private CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "A file or folder.")
    private Path path;

    @Option(
            names = "--questions",
            required = true,
            paramLabel = "FILE",
            description =
                    "The questions: a JSON list of objects with the texts question and answer.")
    private Path questionFile;

    @Mixin private ChatOptions chatOptions;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "32",
            description = "Stop an answer after N tokens (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Mixin private RunOptions run;

    @Mixin private OutputOptions output;

    @Override
    public Integer call() throws Exception {
        if (maxTokens < 1 || maxTokens > 1 << 16) {
            throw new ParameterException(
                    command.commandLine(),
                    "--max-tokens is %d, expected 1 to %d".formatted(maxTokens, 1 << 16));
        }
        List<OpenQuestion> questions = OpenQuestion.read(questionFile);
        List<String> answers;
        try (var model = Model.open(path)) {
            Vocabulary vocabulary = ModelVocabulary.of(model);
            var chat = chatOptions.of(model, vocabulary);
            List<int[]> prompts = questions.stream().map(one -> chat.ids(one.question())).toList();
            int longest = requireRoom(model, prompts);
            int resident = run.memory().layers(model, longest + maxTokens);
            try (var manager = Torch.start(run.threads());
                    var generator = new Generator(manager, model, resident, run.threads())) {
                answers = ask(generator, vocabulary, prompts, LayerPass.bytes(model));
            }
        }
        report(questions, answers);
        return 0;
    }

    /// @return tokens of the longest question
    private int requireRoom(Model model, List<int[]> prompts) {
        int longest = 0;
        for (int i = 0; i < prompts.size(); i++) {
            int tokens = prompts.get(i).length;
            if (tokens + maxTokens > model.config().contextLength()) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.MISMATCH,
                                        path,
                                        "question %d is %d tokens, with the answer more than the model's context, %d"
                                                .formatted(
                                                        i + 1,
                                                        tokens,
                                                        model.config().contextLength()))
                                .withHint("--max-tokens sets the room for the answer"));
            }
            longest = Math.max(longest, tokens);
        }
        return longest;
    }

    private List<String> ask(
            Generator generator, Vocabulary vocabulary, List<int[]> prompts, long bytes)
            throws IOException {
        var answers = new ArrayList<String>();
        var progress = output.progress();
        progress.begin("questions", bytes * prompts.size());
        try {
            for (int[] prompt : prompts) {
                var decoder = new PieceDecoder(vocabulary, true);
                var said = new StringBuilder();
                generator.forget();
                generator.answer(
                        prompt,
                        maxTokens,
                        Sampler.greedy(),
                        vocabulary.ends(),
                        id -> said.append(decoder.append(id)));
                answers.add(said.append(decoder.end()).toString());
                progress.advance(bytes);
            }
        } finally {
            progress.end();
        }
        return answers;
    }

    private void report(List<OpenQuestion> questions, List<String> answers) {
        boolean[] right = new boolean[answers.size()];
        int count = 0;
        for (int i = 0; i < right.length; i++) {
            right[i] = questions.get(i).isAnsweredBy(answers.get(i));
            count += right[i] ? 1 : 0;
        }
        if (output.json()) {
            output.print(json(questions, answers, right, count));
            return;
        }
        if (output.verbose()) {
            IntStream.range(0, right.length)
                    .filter(i -> !right[i])
                    .forEach(i ->
                            output.out()
                                    .println(
                                            "%s %s, expected %s"
                                                    .formatted(
                                                            Printable.text(
                                                                    questions.get(i).question()),
                                                            Printable.text(answers.get(i)),
                                                            Printable.text(
                                                                    questions.get(i).answer()))));
        }
        output.out()
                .println(
                        String.format(
                                Locale.ROOT,
                                "%s: %d of %d right",
                                Printable.text(path.toString()),
                                count,
                                right.length));
    }

    private ObjectNode json(
            List<OpenQuestion> questions, List<String> answers, boolean[] right, int count) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("model", path.toString());
        json.put("questions", right.length);
        json.put("right", count);
        var given = json.putArray("answers");
        for (int i = 0; i < right.length; i++) {
            given.addObject()
                    .put("question", questions.get(i).question())
                    .put("expected", questions.get(i).answer())
                    .put("answer", answers.get(i))
                    .put("right", right[i]);
        }
        return json;
    }
}
