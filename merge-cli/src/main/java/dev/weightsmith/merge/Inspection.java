package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.tensor.TensorInfo;
import java.util.List;

/// What a file or folder is and holds.
///
/// @param what in one line, for example `Hugging Face folder of a LLaMA model, safetensors`
/// @param details sections (`config`, `metadata`, `vocabulary` …) of names and values
record Inspection(String what, ObjectNode details, List<TensorInfo> tensors) {
    Inspection {
        tensors = List.copyOf(tensors);
    }
}
