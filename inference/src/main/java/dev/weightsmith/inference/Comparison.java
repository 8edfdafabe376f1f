package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.model.Model;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A model beside the one that it was made from, on the same text.
public final class Comparison {
    private final Model model;
    private double referenceLoss;
    private double loss;
    private double divergence;
    private double largestDivergence;
    private long agreeing;
    private long tokens;

    /// @param bytes of the weights' files
    /// @param agreement share of tokens where both find the same one likeliest
    public record Row(
            Path model,
            long bytes,
            double bitsPerWeight,
            double perplexity,
            double meanDivergence,
            double largestDivergence,
            double agreement) {}

    private Comparison(Model model) {
        this.model = model;
    }

    /// Compares models.
    ///
    /// @param together windows that go through the layers together
    /// @return one row for the reference, one for each model
    public static List<Row> of(
            NDManager manager,
            Model reference,
            List<Model> models,
            List<TextWindow> windows,
            int together,
            int threads,
            Progress progress)
            throws IOException {
        var comparisons = new ArrayList<Comparison>();
        models.forEach(model -> comparisons.add(new Comparison(model)));
        long groups = (windows.size() + together - 1L) / together;
        progress.begin("compare", LayerPass.bytes(reference) * (models.size() + 1) * groups);
        try {
            for (int from = 0; from < windows.size(); from += together) {
                List<TextWindow> group =
                        windows.subList(from, Math.min(windows.size(), from + together));
                List<NDArray> expected = states(manager, reference, group, threads, progress);
                for (Comparison comparison : comparisons) {
                    List<NDArray> found =
                            states(manager, comparison.model, group, threads, progress);
                    comparison.add(manager, reference, group, expected, found, threads);
                    found.forEach(NDArray::close);
                }
                expected.forEach(NDArray::close);
            }
            reference.verify();
            for (Model model : models) {
                model.verify();
            }
        } finally {
            progress.end();
        }
        var rows = new ArrayList<Row>();
        Comparison any = comparisons.getFirst();
        rows.add(row(reference, any.referenceLoss / any.tokens, 0, 0, 1));
        for (Comparison one : comparisons) {
            rows.add(
                    row(
                            one.model,
                            one.loss / one.tokens,
                            one.divergence / one.tokens,
                            one.largestDivergence,
                            (double) one.agreeing / one.tokens));
        }
        return rows;
    }

    /// @throws PlanException if the models do not have the same tokens
    public static void requireSameTokens(
            Model reference, Vocabulary expected, Model model, Vocabulary found) {
        int rows = reference.config().vocabularySize();
        boolean sameTexts =
                expected.pieces().stream()
                        .map(piece -> piece.text().replace('▁', ' '))
                        .limit(found.pieces().size())
                        .toList()
                        .equals(
                                found.pieces().stream()
                                        .map(piece -> piece.text().replace('▁', ' '))
                                        .limit(expected.pieces().size())
                                        .toList());
        if (model.config().vocabularySize() != rows || !sameTexts) {
            throw new PlanException(
                    Problem.of(
                            ErrorKind.MISMATCH,
                            model.path(),
                            "has another vocabulary than "
                                    + reference.path()
                                    + ": "
                                    + model.config().vocabularySize()
                                    + " tokens, expected the same "
                                    + rows));
        }
    }

    private static List<NDArray> states(
            NDManager manager,
            Model model,
            List<TextWindow> windows,
            int threads,
            Progress progress)
            throws IOException {
        try (var pass = new LayerPass(manager, model, threads)) {
            return pass.run(windows.stream().map(TextWindow::ids).toList(), progress);
        }
    }

    private void add(
            NDManager manager,
            Model reference,
            List<TextWindow> windows,
            List<NDArray> expected,
            List<NDArray> found,
            int threads)
            throws IOException {
        List<Divergence> divergences =
                windows.stream().map(window -> new Divergence(window.targets())).toList();
        int ids = Math.min(OutputBlock.size(reference), OutputBlock.size(model));
        try (var first = new OutputBlock(manager, reference, ids, threads);
                var second = new OutputBlock(manager, model, ids, threads)) {
            for (int id = 0; id < model.config().vocabularySize(); id += ids) {
                first.load(id);
                second.load(id);
                for (int i = 0; i < windows.size(); i++) {
                    add(
                            divergences.get(i),
                            id,
                            windows.get(i),
                            new Side(first, expected.get(i)),
                            new Side(second, found.get(i)));
                }
            }
        }
        for (int i = 0; i < windows.size(); i++) {
            count(windows.get(i), divergences.get(i), reference);
        }
    }

    /// One model's part in a window's logits.
    private record Side(OutputBlock output, NDArray states) {
        float[] logits(int first, int count) {
            return output.logits(states, first, count);
        }
    }

    private static void add(
            Divergence divergence, int firstId, TextWindow window, Side expected, Side found) {
        int ids = expected.output().count();
        int atOnce = Perplexity.tokensAtOnce(ids);
        for (int token = 0; token < window.counted(); token += atOnce) {
            int some = Math.min(atOnce, window.counted() - token);
            int place = window.firstCounted() - 1 + token;
            float[] one = expected.logits(place, some);
            float[] other = found.logits(place, some);
            for (int i = 0; i < some; i++) {
                divergence.add(token + i, firstId, one, other, i * ids, ids);
            }
        }
    }

    private void count(TextWindow window, Divergence divergence, Model reference)
            throws IOException {
        referenceLoss +=
                Perplexity.finite(
                                reference.path(),
                                Perplexity.WindowLoss.of(window, divergence.reference()))
                        .loss();
        loss +=
                Perplexity.finite(
                                model.path(), Perplexity.WindowLoss.of(window, divergence.model()))
                        .loss();
        for (int token = 0; token < window.counted(); token++) {
            double one = divergence.of(token);
            this.divergence += one;
            largestDivergence = Math.max(largestDivergence, one);
            agreeing += divergence.agree(token) ? 1 : 0;
        }
        tokens += window.counted();
    }

    private static Row row(Model model, double loss, double mean, double largest, double agreement)
            throws IOException {
        long bytes = 0;
        for (Path file : model.sources().paths()) {
            bytes += Files.size(file);
        }
        long weights = model.config().weights().values().stream().mapToLong(Shape::elements).sum();
        return new Row(
                model.path(),
                bytes,
                8.0 * bytes / weights,
                Math.exp(loss),
                mean,
                largest,
                agreement);
    }
}
