package dev.weightsmith.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Gives a complete folder its name, in one step where the system can exchange two names.
///
/// Elsewhere the old folder is moved into the stage first, under a name from which [#recover] gives
/// it back, and gets another before it is deleted.
///
/// @param stage the private folder in which the new one grew
/// @param target the final name
record FolderSwap(Disk disk, Path stage, Path target) {
    /// The name, in a stage, of a whole folder that has lost its own.
    private static final String OLD = "old";

    /// The name of what is being deleted, which nobody may take for whole.
    private static final String GONE = "gone";

    void publish(Path complete) throws IOException {
        syncAll(complete);
        boolean replaces = Destination.exists(target) && !PrivateFolder.entries(target).isEmpty();
        if (!replaces) {
            disk.rename(complete, target);
        } else if (!disk.exchange(complete, target)) {
            disk.rename(target, stage.resolve(OLD));
            disk.rename(complete, target);
            disk.rename(stage.resolve(OLD), stage.resolve(GONE));
        }
        disk.syncFolder(target.resolveSibling("."));
    }

    private void syncAll(Path folder) throws IOException {
        for (Path entry : PrivateFolder.entries(folder)) {
            if (Files.isDirectory(entry)) {
                syncAll(entry);
            }
        }
        disk.syncFolder(folder);
    }

    /// Gives a folder its name back that was moved away for a new one, which then did not come.
    void recover() throws IOException {
        Path old = stage.resolve(OLD);
        if (!Destination.exists(old)) {
            return;
        }
        if (Destination.exists(target)) {
            disk.rename(old, stage.resolve(GONE));
        } else {
            disk.rename(old, target);
            disk.syncFolder(target.resolveSibling("."));
        }
    }
}
