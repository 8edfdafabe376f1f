package dev.weightsmith.quantize.report;

import dev.weightsmith.engine.Deviation;
import dev.weightsmith.quantize.FileType;
import dev.weightsmith.quantize.QuantizedSize;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the report says of a model in one file type.
///
/// @param name of the file, the first where there are several
/// @param bytes of all its files
/// @param worst histograms of the tensors with the largest relative errors, the worst first
public record FileFigures(
        String name,
        FileType type,
        long bytes,
        List<TensorFigures> tensors,
        List<ErrorHistogram> worst) {
    public FileFigures {
        tensors = List.copyOf(tensors);
        worst = List.copyOf(worst);
    }

    public QuantizedSize size() {
        return QuantizedSize.of(tensors.stream().map(TensorFigures::written).toList());
    }

    /// Of all tensors together.
    public Deviation deviation() {
        return tensors.stream()
                .map(TensorFigures::deviation)
                .flatMap(Optional::stream)
                .reduce(Deviation.NONE, Deviation::plus);
    }

    /// The relative error of a typical tensor: the root of the mean square of all tensors' relative
    /// errors, each counted by its elements. Unlike [#deviation] it is not that of the tensor with
    /// the largest values alone.
    public double relativeError() {
        double squares = 0;
        double elements = 0;
        for (TensorFigures tensor : tensors) {
            double count = tensor.written().shape().elements();
            squares += count * tensor.relativeError() * tensor.relativeError();
            elements += count;
        }
        return elements == 0 ? 0 : Math.sqrt(squares / elements);
    }

    /// The tensors with errors, the largest relative error first.
    public static List<TensorFigures> worstOf(List<TensorFigures> tensors, int count) {
        return tensors.stream()
                .filter(tensor -> tensor.relativeError() > 0)
                .sorted(
                        Comparator.comparingDouble(TensorFigures::relativeError)
                                .reversed()
                                .thenComparing(TensorFigures::name))
                .limit(count)
                .toList();
    }
}
