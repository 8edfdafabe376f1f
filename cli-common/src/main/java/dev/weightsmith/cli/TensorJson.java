package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.tensor.TensorInfo;

/// A tensor for programs.
public final class TensorJson {
    private TensorJson() {}

    /// Name, type, shape and bytes.
    public static ObjectNode of(TensorInfo tensor) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", tensor.name());
        node.put("type", tensor.dtype().toString());
        var shape = node.putArray("shape");
        tensor.shape().stream().forEach(shape::add);
        node.put("bytes", tensor.bytes());
        return node;
    }
}
