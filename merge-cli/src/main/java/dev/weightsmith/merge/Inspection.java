package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.tensor.TensorInfo;
import java.util.List;

/// What a file or folder is and holds.
///
/// @param what in one line, for example `Hugging Face folder of a LLaMA model, safetensors`
/// @param notes what else is worth knowing, one line each
/// @param details sections (`config`, `metadata`, `vocabulary` …) of names and values
record Inspection(String what, List<String> notes, ObjectNode details, List<TensorInfo> tensors) {
    Inspection {
        notes = List.copyOf(notes);
        tensors = List.copyOf(tensors);
    }
}
