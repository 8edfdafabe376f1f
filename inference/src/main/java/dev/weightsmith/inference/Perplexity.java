package dev.weightsmith.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How well a model foresees a text.
///
/// @param windows in the order of the text
public record Perplexity(List<WindowLoss> windows) {
    /// The most logits that are held at once.
    private static final int LOGITS = 4 << 20;

    /// @param loss minus the logarithms of the counted tokens' probabilities, summed
    public record WindowLoss(int start, int tokens, int counted, double loss) {
        static WindowLoss of(TextWindow window, TokenScores scores) {
            return new WindowLoss(
                    window.start(), window.ids().length, window.counted(), scores.loss());
        }
    }

    public Perplexity {
        windows = List.copyOf(windows);
    }

    public long counted() {
        return windows.stream().mapToLong(WindowLoss::counted).sum();
    }

    /// The mean loss of a counted token.
    public double loss() {
        return windows.stream().mapToDouble(WindowLoss::loss).sum() / counted();
    }

    public double perplexity() {
        return Math.exp(loss());
    }

    /// Measures it.
    ///
    /// @param together windows that go through the layers together
    /// @throws FileException if the model's weights or states hold NaN or infinity, or its files
    ///   are not what their checksums say
    public static Perplexity measure(
            NDManager manager,
            Model model,
            List<TextWindow> windows,
            int together,
            int threads,
            Progress progress)
            throws IOException {
        var losses = new ArrayList<WindowLoss>();
        progress.begin(
                "perplexity",
                LayerPass.bytes(model) * ((windows.size() + together - 1L) / together));
        try (var pass = new LayerPass(manager, model, threads);
                var output = new OutputBlock(manager, model, threads)) {
            for (int from = 0; from < windows.size(); from += together) {
                List<TextWindow> group =
                        windows.subList(from, Math.min(windows.size(), from + together));
                List<NDArray> states =
                        pass.run(group.stream().map(TextWindow::ids).toList(), progress);
                List<TokenScores> scores =
                        group.stream().map(window -> new TokenScores(window.targets())).toList();
                for (int id = 0; id < model.config().vocabularySize(); id += output.count()) {
                    output.load(id);
                    for (int i = 0; i < group.size(); i++) {
                        add(scores.get(i), id, output, states.get(i), group.get(i));
                    }
                }
                states.forEach(NDArray::close);
                for (int i = 0; i < group.size(); i++) {
                    losses.add(finite(model.path(), WindowLoss.of(group.get(i), scores.get(i))));
                }
            }
            model.verify();
        } finally {
            progress.end();
        }
        return new Perplexity(losses);
    }

    /// Tokens whose logits of `ids` ids are made at once.
    static int tokensAtOnce(int ids) {
        return Math.max(1, LOGITS / ids);
    }

    private static void add(
            TokenScores scores,
            int firstId,
            OutputBlock output,
            NDArray states,
            TextWindow window) {
        int ids = output.count();
        int atOnce = tokensAtOnce(ids);
        for (int token = 0; token < scores.tokens(); token += atOnce) {
            int some = Math.min(atOnce, scores.tokens() - token);
            // The vector of a token says what comes after it.
            float[] logits = output.logits(states, window.firstCounted() - 1 + token, some);
            for (int i = 0; i < some; i++) {
                scores.add(token + i, firstId, logits, i * ids, ids);
            }
        }
    }

    static WindowLoss finite(Path model, WindowLoss window) throws FileException {
        if (!Double.isFinite(window.loss())) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.CHECK_FAILED,
                                    model,
                                    "the loss of the window at token "
                                            + window.start()
                                            + " is no finite number")
                            .withHint("the weights are broken: compare the file's digest"));
        }
        return window;
    }
}
