package dev.weightsmith.api;

import dev.weightsmith.engine.RowReader;
import dev.weightsmith.model.Model;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/// A model that is open for reading, its tensors under their Hugging Face names whatever form it
/// has.
public final class OpenModel implements AutoCloseable {
    private final Model model;

    OpenModel(Model model) {
        this.model = model;
    }

    /// A tensor of a model.
    ///
    /// @param type `F16`, `Q4_K` and so on
    /// @param shape outermost dimension first
    public record Tensor(String name, String type, List<Long> shape) {
        public Tensor {
            shape = List.copyOf(shape);
        }
    }

    /// What kind of files it lies in, for people.
    public String container() {
        return model.container();
    }

    /// The family, as `model_type` in `config.json` calls it: `llama`.
    public String family() {
        return model.config().architecture().type();
    }

    /// Rows of the embedding.
    public int vocabularySize() {
        return model.config().vocabularySize();
    }

    /// Tokens of the longest text.
    public int contextLength() {
        return model.config().contextLength();
    }

    public List<Tensor> tensors() {
        return model.tensors().entrySet().stream()
                .map(tensor -> new PlannedTensor(tensor.getKey(), tensor.getValue()).info())
                .map(info -> new Tensor(info.name(), info.dtype().name(), list(info.shape())))
                .toList();
    }

    private static List<Long> list(Shape shape) {
        return IntStream.range(0, shape.rank()).mapToObj(shape::dimension).toList();
    }

    /// The values of a tensor. The caller closes them, before the model.
    ///
    /// @param name one of [#tensors]
    /// @throws NoSuchElementException if it is none
    /// @throws dev.weightsmith.error.FileException if values of its type cannot be had
    public Rows rows(String name) throws IOException {
        Recipe recipe = model.tensors().get(name);
        if (recipe == null) {
            throw new NoSuchElementException(name);
        }
        return new Rows(
                RowReader.ofFloats(recipe, model.sources()),
                recipe.shape().rows(),
                Math.toIntExact(recipe.shape().columns()));
    }

    @Override
    public void close() throws IOException {
        model.close();
    }
}
