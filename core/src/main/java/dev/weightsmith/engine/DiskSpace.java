package dev.weightsmith.engine;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The room that a plan needs and the room that its disk has, in bytes.
///
/// An output that is replaced stays until the new one is complete, so its room does not count.
public record DiskSpace(Path target, long needed, long free) {
    /// Of the disk that `target` is or will be on, now.
    static DiskSpace of(Plan plan, Path target) throws IOException {
        Path folder = target.toAbsolutePath();
        while (!Files.isDirectory(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        return new DiskSpace(target, plan.bytes(), Files.getFileStore(folder).getUsableSpace());
    }

    public boolean suffices() {
        return needed <= free;
    }

    /// @throws FileException if it does not suffice
    public void require() throws FileException {
        if (!suffices()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.NO_SPACE,
                                    target,
                                    "needs %s (%d bytes), the disk has %s free"
                                            .formatted(
                                                    Printable.size(needed),
                                                    needed,
                                                    Printable.size(free)))
                            .withHint("free some space or choose another --out"));
        }
    }
}
