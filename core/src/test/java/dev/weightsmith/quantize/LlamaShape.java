package dev.weightsmith.quantize;

import dev.weightsmith.architecture.Architecture;
import dev.weightsmith.tensor.DType;
import dev.weightsmith.tensor.Shape;
import dev.weightsmith.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The headers of a LLaMA model of some size.
record LlamaShape(
        int hidden, int layers, int feedForward, int heads, int keyValueHeads, int vocabulary) {

    ModelFacts facts() {
        return new ModelFacts(layers, heads, keyValueHeads);
    }

    /// Matrices in F16, in the order in which they are written.
    List<TensorInfo> tensors() {
        long keys = (long) hidden / heads * keyValueHeads;
        var tensors = new ArrayList<TensorInfo>();
        tensors.add(matrix("output", vocabulary, hidden));
        tensors.add(vector("output_norm"));
        tensors.add(matrix("token_embd", vocabulary, hidden));
        for (int i = 0; i < layers; i++) {
            String layer = "blk." + i + ".";
            tensors.add(matrix(layer + "attn_k", keys, hidden));
            tensors.add(vector(layer + "attn_norm"));
            tensors.add(matrix(layer + "attn_output", hidden, hidden));
            tensors.add(matrix(layer + "attn_q", hidden, hidden));
            tensors.add(matrix(layer + "attn_v", keys, hidden));
            tensors.add(matrix(layer + "ffn_down", hidden, feedForward));
            tensors.add(matrix(layer + "ffn_gate", feedForward, hidden));
            tensors.add(vector(layer + "ffn_norm"));
            tensors.add(matrix(layer + "ffn_up", feedForward, hidden));
        }
        tensors.sort(Comparator.comparing(TensorInfo::name, Architecture.ggufOrder()));
        return tensors;
    }

    private static TensorInfo matrix(String name, long rows, long columns) {
        return new TensorInfo(name + ".weight", DType.F16, Shape.of(rows, columns));
    }

    private TensorInfo vector(String name) {
        return new TensorInfo(name + ".weight", DType.F32, Shape.of(hidden));
    }
}
