package dev.weightsmith.format;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.ContiguousLayout;
import dev.weightsmith.checkpoint.FileLayout;
import dev.weightsmith.checkpoint.LayoutSpec;
import dev.weightsmith.error.FileException;
import dev.weightsmith.format.gguf.GgufFile;
import dev.weightsmith.format.safetensors.SafetensorsFile;
import dev.weightsmith.format.torch.TorchFile;
import dev.weightsmith.format.torch.TorchZipLayout;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Opens a checkpoint of whatever format: the one place that knows them all.
public final class Formats {
    private Formats() {}

    /// Opens a file of weights, an index of shards, or a folder that holds either.
    ///
    /// Files are told by their content, never by their name. A folder of Meta checkpoints is more
    /// than its files and opened elsewhere.
    ///
    /// @throws FileException naming what `path` is, where that is nothing of these
    public static Checkpoint open(Path path) throws IOException {
        return Files.isDirectory(path) ? ModelFolder.open(path) : openFile(path);
    }

    static Checkpoint openFile(Path path) throws IOException {
        return kind(path) == FileKind.JSON
                ? ShardedCheckpoint.open(path, List.of())
                : openWeights(path);
    }

    /// Opens a file that holds weights itself: an index cannot name an index.
    static Checkpoint openWeights(Path path) throws IOException {
        return switch (kind(path)) {
            case GGUF -> GgufFile.open(path);
            case SAFETENSORS -> SafetensorsFile.open(path);
            case ZIP, PICKLED_TORCH -> TorchFile.open(path);
            case JSON -> throw FileException.malformed(path, "is JSON, expected weights");
        };
    }

    /// The layout of a file to be written.
    ///
    /// @param tensors in the order of their bytes
    /// @throws PlanException if the format cannot hold them
    /// @throws IllegalArgumentException if `spec` is of other tensors
    public static FileLayout layout(LayoutSpec spec, List<TensorInfo> tensors) {
        return switch (spec) {
            case LayoutSpec.Contiguous(byte[] header, int alignment) ->
                    new ContiguousLayout(header, tensors, alignment);
            case LayoutSpec.TorchZip(String fileName, List<String> dict) -> {
                var named =
                        tensors.stream()
                                .collect(Collectors.toMap(TensorInfo::name, tensor -> tensor));
                if (!named.keySet().equals(Set.copyOf(dict))) {
                    throw new IllegalArgumentException(fileName + " lists other tensors");
                }
                yield TorchZipLayout.of(
                        fileName,
                        dict.stream().map(named::get).map(Objects::requireNonNull).toList());
            }
        };
    }

    private static FileKind kind(Path path) throws IOException {
        try (var file = InputFile.open(path)) {
            return FileKind.of(file);
        }
    }
}
