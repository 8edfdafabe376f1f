package dev.weightsmith.format;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.checkpoint.DistributedCheckpoint;
import dev.weightsmith.checkpoint.JoinedCheckpoint;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.format.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds the weights in the folder of a model.
final class ModelFolder {
    /// The names that Hugging Face's tools give, in order of preference.
    private static final List<String> NAMES =
            List.of(
                    "model.safetensors.index.json",
                    "model.safetensors",
                    "pytorch_model.bin.index.json",
                    "pytorch_model.bin");

    private ModelFolder() {}

    static Checkpoint open(Path folder) throws IOException {
        var present =
                NAMES.stream().map(folder::resolve).filter(file -> Files.exists(file)).toList();
        if (present.isEmpty()) {
            return openGguf(folder);
        }
        var chosen = present.getFirst();
        var warnings = new ArrayList<String>();
        for (var other : present.subList(1, present.size())) {
            warnings.add(
                    "%s: %s is read, %s is not"
                            .formatted(
                                    Printable.text(folder.toString()),
                                    chosen.getFileName(),
                                    other.getFileName()));
        }
        return chosen.toString().endsWith(".index.json")
                ? ShardedCheckpoint.open(chosen, warnings)
                : openSingle(chosen, warnings);
    }

    private static Checkpoint openSingle(Path file, List<String> warnings) throws IOException {
        var opened = Formats.openFile(file);
        return warnings.isEmpty()
                ? opened
                : new JoinedCheckpoint(file, opened.container(), List.of(opened), warnings);
    }

    /// A folder with one GGUF model and nothing else is that model.
    private static Checkpoint openGguf(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(folder, "*.gguf")) {
            entries.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw new FileException(
                    Problem.of(ErrorKind.IO, folder, "cannot be listed: " + e.getMessage()), e);
        }
        files.sort(null);
        if (files.isEmpty()) {
            DistributedCheckpoint.requireNone(folder);
            throw new FileException(
                    Problem.of(ErrorKind.MALFORMED, folder, "holds no weights that are known")
                            .withHint(
                                    "expected one of %s or *.gguf"
                                            .formatted(String.join(", ", NAMES))));
        }
        var model = GgufFile.open(files.getFirst());
        for (var file : files) {
            if (!model.files().contains(file)) {
                model.close();
                throw new FileException(
                        Problem.of(
                                        ErrorKind.MALFORMED,
                                        folder,
                                        "holds more than one GGUF model: %s and %s"
                                                .formatted(name(files.getFirst()), name(file)))
                                .withHint("give one of the files instead of the folder"));
            }
        }
        return model;
    }

    private static String name(Path file) {
        return Printable.name(String.valueOf(file.getFileName()));
    }
}
