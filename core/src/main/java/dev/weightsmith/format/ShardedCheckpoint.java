package dev.weightsmith.format;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.JoinedCheckpoint;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A model in several files with an index: it is what the index says, and the index says all.
final class ShardedCheckpoint {
    private ShardedCheckpoint() {}

    /// Opens all shards that `index` names and compares them with it, both ways.
    ///
    /// @param warnings that came up before
    /// @throws FileException if a shard is missing or outside the folder, or holds other tensors
    ///   than the index says
    static Checkpoint open(Path index, List<String> warnings) throws IOException {
        var content = ShardIndex.read(index);
        var folder = new ShardFolder(index);
        var files = folder.resolve(content.weightMap().values());
        var shards = JoinedCheckpoint.openAll(files, Formats::openWeights);
        try {
            var all = new ArrayList<>(warnings);
            all.addAll(sizeWarning(content, shards));
            var container = "%s, %d shards".formatted(shards.getFirst().container(), shards.size());
            var joined = new JoinedCheckpoint(folder.path(), container, shards, all);
            requireSame(content, folder, joined);
            return joined;
        } catch (IOException | RuntimeException e) {
            JoinedCheckpoint.closeAfter(e, shards);
            throw e;
        }
    }

    private static void requireSame(ShardIndex index, ShardFolder folder, JoinedCheckpoint shards)
            throws FileException {
        for (var entry : index.weightMap().entrySet()) {
            String tensor = Printable.name(entry.getKey());
            String shard = Printable.name(entry.getValue());
            var owner = shards.owner(entry.getKey());
            if (owner.isEmpty()) {
                throw FileException.malformed(
                        index.path(),
                        "tensor %s is not in shard %s nor in any other".formatted(tensor, shard));
            }
            if (!owner.get().path().equals(folder.file(entry.getValue()))) {
                throw FileException.malformed(
                        index.path(),
                        "tensor %s is not in shard %s but in %s"
                                .formatted(
                                        tensor,
                                        shard,
                                        Printable.name(
                                                String.valueOf(owner.get().path().getFileName()))));
            }
        }
        for (var shard : shards.tensors()) {
            if (!index.weightMap().containsKey(shard.name())) {
                throw FileException.malformed(
                        index.path(),
                        "tensor %s of %s is not in weight_map"
                                .formatted(
                                        Printable.name(shard.name()),
                                        Printable.name(
                                                shards.owner(shard.name())
                                                        .map(owner -> owner.path().toString())
                                                        .orElse(""))));
            }
        }
    }

    private static List<String> sizeWarning(ShardIndex index, List<Checkpoint> shards) {
        long bytes =
                shards.stream()
                        .flatMap(shard -> shard.tensors().stream())
                        .mapToLong(TensorInfo::bytes)
                        .sum();
        if (index.totalSize().isEmpty() || index.totalSize().getAsLong() == bytes) {
            return List.of();
        }
        return List.of(
                "%s: total_size is %d, but the tensors are %d bytes"
                        .formatted(
                                Printable.text(index.path().toString()),
                                index.totalSize().getAsLong(),
                                bytes));
    }
}
