package dev.weightsmith.model;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.llama.LlamaConfig;
import dev.weightsmith.llama.TensorNames;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Whether tensors, by their Hugging Face names, are the weights of a configuration.
///
/// @param path for messages
/// @param names what the file calls its tensors, for messages
record WeightCheck(Path path, LlamaConfig config, TensorNames names) {
    /// @throws FileException if a weight is missing, or has another shape than the configuration
    ///   says
    void requireComplete(Map<String, TensorInfo> tensors) throws FileException {
        for (Map.Entry<String, Shape> expected : config.weights().entrySet()) {
            String name = expected.getKey();
            TensorInfo tensor = tensors.get(name);
            if (tensor == null) {
                throw FileException.malformed(
                        path,
                        "lacks tensor "
                                + shown(name)
                                + ", expected with shape "
                                + expected.getValue());
            }
            requireShape(name, tensor.shape(), expected.getValue());
        }
    }

    /// @throws FileException if a tensor is none of the weights, which kind of error `kind` says
    void requireNothingElse(Map<String, TensorInfo> tensors, ErrorKind kind) throws FileException {
        Map<String, Shape> weights = config.weights();
        for (String name : tensors.keySet()) {
            if (!weights.containsKey(name)) {
                throw new FileException(
                        Problem.of(
                                        kind,
                                        path,
                                        "tensor "
                                                + shown(name)
                                                + " has no place in a model of "
                                                + config.layers()
                                                + " layers without biases")
                                .withHint("its configuration may be another model's"));
            }
        }
    }

    /// Integers and numbers of 8 bits mean nothing without scales that belong to them.
    ///
    /// @throws FileException if a weight has no type that weights have
    void requireWeights(Map<String, TensorInfo> tensors) throws FileException {
        for (Map.Entry<String, TensorInfo> tensor : tensors.entrySet()) {
            DType dtype = tensor.getValue().dtype();
            if (!dtype.isPlainFloat() && !dtype.isQuantized()) {
                throw new FileException(
                        Problem.of(
                                        ErrorKind.UNSUPPORTED,
                                        path,
                                        "tensor "
                                                + shown(tensor.getKey())
                                                + " is "
                                                + dtype
                                                + ", expected F32, F16 or BF16")
                                .withHint(
                                        "take the model as it was before it was quantized to 8"
                                                + " bits"));
            }
        }
    }

    void requireShape(String name, Shape found, Shape expected) throws FileException {
        if (!found.equals(expected)) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MISMATCH,
                                    path,
                                    "tensor "
                                            + shown(name)
                                            + ": shape "
                                            + found
                                            + ", expected "
                                            + expected
                                            + " by its configuration")
                            .withHint("its configuration may be another model's"));
        }
    }

    private String shown(String name) {
        return Printable.name(names.of(name).orElse(name));
    }

    /// The shape of the bias that a projection of such a model may have: as many elements as its
    /// weight has rows.
    Optional<Shape> bias(String name) {
        if (!name.endsWith("_proj.bias")) {
            return Optional.empty();
        }
        String weight = name.substring(0, name.length() - ".bias".length()) + ".weight";
        return Optional.ofNullable(config.weights().get(weight))
                .map(shape -> Shape.of(shape.rows()));
    }
}
