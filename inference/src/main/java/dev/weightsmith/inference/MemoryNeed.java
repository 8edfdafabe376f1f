package dev.weightsmith.inference;

import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.model.Model;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// How much memory evaluation may take, and how much it does.
///
/// @param limit bytes
public record MemoryNeed(long limit) {
    /// Java, PyTorch's libraries and what PyTorch keeps beside the arrays; measured.
    private static final long PROGRAM = 500L << 20;

    /// Three quarters of what the machine has free.
    public static MemoryNeed ofMachine() {
        long free = Runtime.getRuntime().maxMemory() * 4;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    free = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Then the cautious guess stands.
        }
        return new MemoryNeed(free / 4 * 3);
    }

    /// Bytes besides weights and states that a window of `tokens` takes on its way through a layer.
    private static long working(ModelConfig config, long tokens) {
        long attention =
                (long) (2 * config.heads() + 4 * config.keyValueHeads()) * config.headSize();
        long perToken = 6L * config.hiddenSize() + 3L * config.intermediateSize() + attention;
        long mask = tokens * Math.min(tokens, Attention.SCORE_BYTES / Float.BYTES / tokens);
        return (tokens * perToken + mask) * Float.BYTES + 2 * Attention.SCORE_BYTES;
    }

    /// What must be there before any window's states.
    private static long fixed(Model model, int tokens, int ids) {
        return PROGRAM
                + LayerWeights.bytes(model.config())
                + (long) ids * model.config().hiddenSize() * Float.BYTES
                + working(model.config(), tokens);
    }

    private static long states(Model model, int tokens) {
        return (long) tokens * model.config().hiddenSize() * Float.BYTES;
    }

    /// How many windows can go through the layers together.
    ///
    /// @param tokens of the longest window
    /// @param models whose states are kept side by side
    /// @throws FileException if not even one
    public int windows(Model model, int tokens, int models) throws FileException {
        requireNoBiases(model);
        requireSpannable(model);
        long fixed = fixed(model, tokens, models * OutputBlock.size(model));
        long states = states(model, tokens) * models;
        if (fixed + states > limit) {
            throw tooMuch(model, "one layer and one window", fixed + states);
        }
        return (int) Math.min(Integer.MAX_VALUE, (limit - fixed) / states);
    }

    /// How many layers can stay in memory while text is generated; the others are read again for
    /// each token.
    ///
    /// @param tokens of the prompt and the answer together
    public int layers(Model model, int tokens) throws FileException {
        requireNoBiases(model);
        requireSpannable(model);
        ModelConfig config = model.config();
        long cache =
                2L
                        * config.layers()
                        * config.keyValueHeads()
                        * config.headSize()
                        * tokens
                        * Float.BYTES;
        long fixed = fixed(model, tokens, OutputBlock.most(model)) + cache + states(model, tokens);
        if (fixed > limit) {
            throw tooMuch(model, "one layer and the text", fixed);
        }
        long layers = (limit - fixed) / LayerWeights.bytes(config);
        return (int) Math.min(layers, config.layers());
    }

    private FileException tooMuch(Model model, String what, long bytes) {
        return new FileException(
                Problem.of(
                                ErrorKind.LIMIT,
                                model.path(),
                                what
                                        + " take "
                                        + Printable.size(bytes)
                                        + " of memory, there is "
                                        + Printable.size(limit))
                        .withHint("a smaller --context needs less; --max-memory sets the limit"));
    }

    private static void requireSpannable(Model model) throws FileException {
        for (Map.Entry<String, Shape> weight : LayerWeights.shapes(model.config()).entrySet()) {
            if (weight.getValue().elements() > RowArray.LARGEST / Float.BYTES) {
                throw FileException.overLimit(
                        model.path(),
                        "%s is %s, more than 2 GB as float32"
                                .formatted(weight.getKey(), weight.getValue()));
            }
        }
    }

    private static void requireNoBiases(Model model) throws FileException {
        if (model.tensors().keySet().stream().anyMatch(name -> name.endsWith(".bias"))) {
            throw FileException.unsupported(
                    model.path(), "has biases, with which evaluating does not compute yet");
        }
    }
}
