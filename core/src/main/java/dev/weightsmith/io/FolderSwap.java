package dev.weightsmith.io;

import dev.weightsmith.error.FileException;
import java.io.IOException;
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

    /// Looks at the old folder when nobody finds it under its name any more.
    interface Check {
        /// @throws FileException if it holds what may not go
        void require(Path old) throws IOException;
    }

    /// Where nothing has the name, or an empty folder.
    void publish(Path complete) throws IOException {
        disk.syncTree(complete);
        disk.rename(complete, target);
        disk.syncFolder(home());
    }

    /// Where a folder has the name. It gets it back if the check fails.
    void replace(Path complete, Check check) throws IOException {
        disk.syncTree(complete);
        if (disk.exchange(complete, target)) {
            try {
                check.require(complete);
            } catch (IOException e) {
                if (!disk.exchange(complete, target)) {
                    disk.rename(complete, target);
                }
                throw e;
            }
        } else {
            Path old = stage.resolve(OLD);
            disk.rename(target, old);
            try {
                check.require(old);
            } catch (IOException e) {
                disk.rename(old, target);
                throw e;
            }
            disk.rename(complete, target);
            disk.rename(old, stage.resolve(GONE));
        }
        disk.syncFolder(home());
    }

    private Path home() {
        return target.resolveSibling(".").normalize();
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
            disk.syncFolder(home());
        }
    }
}
