package dev.weightsmith.compare;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.RowReader;
import dev.weightsmith.engine.Workers;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.plan.Tensors;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/// Two models, tensor by tensor.
///
/// @param tensors in the first model's order; then those that only the second has
/// @param commonRows of tensors that differ in the number of rows alone, as vocabularies that grew:
///   how the rows that both have differ; nothing where they do not
public record ModelComparison(List<TensorComparison> tensors, Map<String, Difference> commonRows) {

    public ModelComparison {
        tensors = List.copyOf(tensors);
        commonRows = Map.copyOf(commonRows);
    }

    /// Compares all tensors. Afterwards the caller has its checkpoints verified.
    ///
    /// @param first by Hugging Face name, rotary rows in Hugging Face order
    /// @param second likewise
    /// @param threads tensors that are read at once
    public static ModelComparison of(Tensors first, Tensors second, int threads, Progress progress)
            throws IOException {
        SequencedMap<String, Recipe> a = first.recipes();
        SequencedMap<String, Recipe> b = second.recipes();
        Sources sources = first.sources().and(second.sources());
        var names = new LinkedHashSet<String>();
        Stream.concat(a.keySet().stream(), b.keySet().stream())
                .filter(name -> !TensorNames.isDropped(name))
                .forEach(names::add);
        progress.begin(
                "comparing",
                names.stream()
                        .map(a::get)
                        .filter(Objects::nonNull)
                        .mapToLong(recipe -> TensorValues.of(recipe).bytes())
                        .sum());
        try {
            var tasks = new ArrayList<Callable<Compared>>();
            for (String name : names) {
                Optional<Recipe> inA = find(a, name);
                Optional<Recipe> inB = find(b, name);
                tasks.add(() ->
                        inA.isPresent() && inB.isPresent()
                                ? compare(name, inA.get(), inB.get(), sources, progress::advance)
                                : new Compared(
                                        new TensorComparison.OnlyInOne(name, inA.isPresent())));
            }
            List<Compared> compared = Workers.all(tasks, threads, "tensors");
            var common = new HashMap<String, Difference>();
            compared.forEach(tensor ->
                    tensor.commonRows()
                            .ifPresent(
                                    difference -> common.put(tensor.tensor().name(), difference)));
            return new ModelComparison(compared.stream().map(Compared::tensor).toList(), common);
        } finally {
            progress.end();
        }
    }

    /// Whether all values of all tensors are the same.
    public boolean isEqual() {
        return tensors.stream().allMatch(TensorComparison.Equal.class::isInstance);
    }

    /// The tensors of the same shape and other values.
    public List<TensorComparison.Different> different() {
        return tensors.stream()
                .filter(TensorComparison.Different.class::isInstance)
                .map(TensorComparison.Different.class::cast)
                .toList();
    }

    private record Compared(TensorComparison tensor, Optional<Difference> commonRows) {
        Compared(TensorComparison tensor) {
            this(tensor, Optional.empty());
        }
    }

    /// A missing output matrix is the embedding.
    private static Optional<Recipe> find(Map<String, Recipe> model, String name) {
        return Optional.ofNullable(model.get(name))
                .or(() ->
                        name.equals(TensorNames.OUTPUT)
                                ? Optional.ofNullable(model.get(TensorNames.EMBEDDING))
                                : Optional.empty());
    }

    private static Compared compare(
            String name, Recipe a, Recipe b, Sources sources, LongConsumer done)
            throws IOException {
        Shape shapeA = a.shape();
        Shape shapeB = b.shape();
        if (!shapeA.equals(shapeB)) {
            var tensor = new TensorComparison.OtherShape(name, shapeA, shapeB);
            boolean grown = shapeA.rank() == 2 && shapeA.withRows(shapeB.rows()).equals(shapeB);
            return grown && hasNumbers(a) && hasNumbers(b)
                    ? new Compared(
                            tensor,
                            DifferenceFinder.find(
                                    a, b, Math.min(shapeA.rows(), shapeB.rows()), sources, done))
                    : new Compared(tensor);
        }
        if (!hasNumbers(a) || !hasNumbers(b)) {
            boolean equal =
                    TensorValues.of(a)
                            .digest(sources, done)
                            .equals(TensorValues.of(b).digest(sources, _ -> {}));
            return new Compared(
                    equal
                            ? new TensorComparison.Equal(name)
                            : new TensorComparison.OtherBytes(name, a.dtype(), b.dtype()));
        }
        return new Compared(
                DifferenceFinder.find(a, b, shapeA.rows(), sources, done)
                        .<TensorComparison>map(
                                found -> new TensorComparison.Different(name, shapeA, found))
                        .orElse(new TensorComparison.Equal(name)));
    }

    private static boolean hasNumbers(Recipe recipe) {
        return recipe.dtype() == DType.F64 || RowReader.hasFloats(recipe.dtype());
    }
}
