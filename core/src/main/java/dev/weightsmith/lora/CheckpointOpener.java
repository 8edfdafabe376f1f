package dev.weightsmith.lora;

import dev.weightsmith.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;

/// Opens a file of tensors, whatever its format; adapters do not know formats themselves.
@FunctionalInterface
public interface CheckpointOpener {
    Checkpoint open(Path path) throws IOException;
}
