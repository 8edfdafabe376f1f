package dev.weightsmith.model;

import dev.weightsmith.plan.Importance;
import dev.weightsmith.plan.Recipe;
import dev.weightsmith.tensor.DType;
import java.util.Optional;

/// Which type each tensor of a GGUF file gets.
public interface TensorTypes {
    /// llama.cpp's number for the main type: `general.file_type`.
    int fileType();

    /// The type of a tensor.
    ///
    /// @param name its GGUF name
    DType type(String name, Recipe tensor);

    /// How much each column of a tensor matters, where that is known.
    default Optional<Importance> importance(String name) {
        return Optional.empty();
    }

    /// One floating type for all matrices; vectors and norms are F32, as llama.cpp wants them.
    ///
    /// @param dtype F32, F16 or BF16
    static TensorTypes floating(DType dtype) {
        return new FloatingTypes(dtype);
    }
}
