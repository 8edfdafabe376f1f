package dev.weightsmith.model;

import dev.weightsmith.architecture.Place;
import dev.weightsmith.architecture.World;
import dev.weightsmith.config.ModelConfig;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Whether tensors, by their Hugging Face names, are the weights of a configuration.
///
/// @param path for messages
/// @param world that gives the file's tensors their names, for messages
record WeightCheck(Path path, ModelConfig config, World world) {
    /// @throws FileException if a weight is missing, or has another shape than the configuration
    ///   says
    void requireComplete(Map<String, TensorInfo> tensors) throws FileException {
        for (Map.Entry<String, Shape> expected : config.weights().entrySet()) {
            String name = expected.getKey();
            TensorInfo tensor = tensors.get(name);
            if (tensor == null) {
                throw missing(name, expected.getValue());
            }
            requireShape(name, tensor.shape(), expected.getValue());
        }
    }

    private FileException missing(String name, Shape shape) {
        Optional<String> announced = config.architecture().place(name).flatMap(Place::announcedBy);
        return announced.isEmpty() || world != World.HUGGING_FACE
                ? FileException.malformed(
                        path,
                        "lacks tensor %s, expected with shape %s".formatted(shown(name), shape))
                : new FileException(
                        Problem.of(
                                        ErrorKind.MALFORMED,
                                        path,
                                        "lacks tensor %s, which %s in config.json announces"
                                                .formatted(shown(name), announced.get()))
                                .withHint(
                                        "weights are missing, or the configuration is another model's"));
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
                                        "tensor %s has no place in a model of %d layers%s"
                                                .formatted(
                                                        shown(name),
                                                        config.layers(),
                                                        name.endsWith(".bias")
                                                                ? " without biases"
                                                                : ""))
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
                                        "tensor %s is %s, expected F32, F16 or BF16"
                                                .formatted(shown(tensor.getKey()), dtype))
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
                                    "tensor %s: shape %s, expected %s by its configuration"
                                            .formatted(shown(name), found, expected))
                            .withHint("its configuration may be another model's"));
        }
    }

    private String shown(String name) {
        return Printable.name(config.architecture().name(world, name).orElse(name));
    }

    /// The shape of a bias that models of the family may have there.
    Optional<Shape> bias(String name) {
        return config.architecture()
                .place(name)
                .filter(Place::isBias)
                .filter(place -> place.layer().orElse(0) < config.layers())
                .map(place -> place.shape(config));
    }
}
