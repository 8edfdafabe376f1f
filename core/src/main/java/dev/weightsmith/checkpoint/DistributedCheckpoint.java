package dev.weightsmith.checkpoint;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What `torch.distributed.checkpoint` leaves of a run under FSDP: a folder of `.distcp` files,
/// each a process's pieces of tensors.
public final class DistributedCheckpoint {
    private DistributedCheckpoint() {}

    /// @param folder it, or one that holds it in a sub-folder
    /// @throws FileException if the folder is such a checkpoint, which is not supported
    public static void requireNone(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isPiece(entry)) {
                    throw refusal(folder);
                }
                if (Files.isDirectory(entry)) {
                    try (var pieces = Files.newDirectoryStream(entry, "*.distcp")) {
                        if (pieces.iterator().hasNext()) {
                            throw refusal(entry);
                        }
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean isPiece(Path file) {
        return String.valueOf(file.getFileName()).endsWith(".distcp");
    }

    private static FileException refusal(Path folder) {
        return new FileException(
                Problem.of(
                                ErrorKind.UNSUPPORTED,
                                folder,
                                "is a distributed checkpoint of FSDP (.distcp), expected whole tensors")
                        .withHint("join its pieces first: accelerate merge-weights FOLDER OUT"));
    }
}
