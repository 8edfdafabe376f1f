package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.model.Model;
import dev.weightsmith.tokenizer.TextEncoder;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Asks a model questions of multiple choice: the letter that it finds likeliest is its answer.
///
/// As in the reference projects, a letter counts with and without a space before it: the logits of
/// both tokens are added.
public final class Choices {
    private static final String BEGINNING = "以下是单项选择题，请选出其中的正确答案。\n\n";

    private final List<int[]> prompts;
    private final int[][] letters;

    private Choices(List<int[]> prompts, int[][] letters) {
        this.prompts = prompts;
        this.letters = letters;
    }

    /// Prepares to ask.
    ///
    /// @param examples put before each question, with their answers
    /// @throws PlanException if the vocabulary has no tokens for the letters, or a question is
    ///   longer than the model's context
    public static Choices of(
            Model model, Vocabulary vocabulary, List<Question> questions, List<Question> examples) {
        var encoder = new TextEncoder(vocabulary);
        int[][] letters = new int[Question.LETTERS.size()][];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = letter(model.path(), encoder, Question.LETTERS.get(i));
        }
        String before =
                BEGINNING + examples.stream().map(Question::example).collect(Collectors.joining());
        var prompts = new ArrayList<int[]>();
        for (int i = 0; i < questions.size(); i++) {
            int[] prompt = encoder.encode(before + questions.get(i).prompt(), false);
            if (prompt.length > model.config().contextLength()) {
                throw new PlanException(
                        Problem.of(
                                        ErrorKind.MISMATCH,
                                        model.path(),
                                        "question "
                                                + (i + 1)
                                                + " is "
                                                + prompt.length
                                                + " tokens with its examples, expected at most the"
                                                + " model's context, "
                                                + model.config().contextLength())
                                .withHint("fewer --shots are shorter"));
            }
            prompts.add(prompt);
        }
        return new Choices(prompts, letters);
    }

    /// The ids of a letter alone and after a space; one of them where both are the same.
    private static int[] letter(Path model, TextEncoder encoder, String letter) {
        int[] plain = encoder.encodePart(letter);
        int[] spaced = encoder.encodePart(" " + letter);
        if (plain.length != 1) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.MISMATCH,
                            model,
                            "its vocabulary has no token for the letter " + letter));
        }
        return spaced.length == 1 && spaced[0] != plain[0]
                ? new int[] {plain[0], spaced[0]}
                : plain;
    }

    /// Tokens of the longest question.
    public int longest() {
        return prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
    }

    /// Asks all questions.
    ///
    /// @param together questions that go through the layers together
    /// @return for each the answer, 0 to 3
    public List<Integer> ask(
            NDManager manager, Model model, int together, int threads, Progress progress)
            throws IOException {
        var answers = new ArrayList<Integer>();
        progress.begin(
                "questions",
                LayerPass.bytes(model) * ((prompts.size() + together - 1L) / together));
        try (var pass = new LayerPass(manager, model, threads);
                var output = new OutputBlock(manager, model, threads)) {
            for (int from = 0; from < prompts.size(); from += together) {
                List<int[]> group =
                        prompts.subList(from, Math.min(prompts.size(), from + together));
                List<NDArray> states = pass.run(group, progress);
                double[][] scores = new double[group.size()][letters.length];
                for (int id = 0; id < model.config().vocabularySize(); id += output.count()) {
                    output.load(id);
                    for (int i = 0; i < group.size(); i++) {
                        add(scores[i], output, id, states.get(i), group.get(i).length - 1);
                    }
                }
                states.forEach(NDArray::close);
                for (double[] score : scores) {
                    answers.add(best(score));
                }
            }
            model.verify();
        } finally {
            progress.end();
        }
        return answers;
    }

    private void add(double[] scores, OutputBlock output, int firstId, NDArray states, int token) {
        boolean here = false;
        for (int[] ids : letters) {
            for (int id : ids) {
                here |= id >= firstId && id < firstId + output.count();
            }
        }
        if (!here) {
            return;
        }
        float[] logits = output.logits(states, token, 1);
        for (int i = 0; i < letters.length; i++) {
            for (int id : letters[i]) {
                if (id >= firstId && id < firstId + output.count()) {
                    scores[i] += logits[id - firstId];
                }
            }
        }
    }

    private static int best(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }
}
