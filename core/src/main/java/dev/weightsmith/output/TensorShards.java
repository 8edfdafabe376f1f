package dev.weightsmith.output;

import dev.weightsmith.plan.PlannedTensor;
import java.util.ArrayList;
import java.util.List;

/// How tensors are spread over files.
final class TensorShards {
    private TensorShards() {}

    /// Fills files in order, each with as many tensors as fit in `shardBytes`; a tensor that is
    /// larger has a file of its own.
    static List<List<PlannedTensor>> fill(List<PlannedTensor> tensors, long shardBytes) {
        var shards = new ArrayList<List<PlannedTensor>>();
        var shard = new ArrayList<PlannedTensor>();
        long bytes = 0;
        for (PlannedTensor tensor : tensors) {
            long size = tensor.info().bytes();
            if (!shard.isEmpty() && size > shardBytes - bytes) {
                shards.add(List.copyOf(shard));
                shard.clear();
                bytes = 0;
            }
            shard.add(tensor);
            bytes += size;
        }
        shards.add(List.copyOf(shard));
        return shards;
    }
}
