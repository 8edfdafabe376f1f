package dev.weightsmith.io;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/// Keeps the names in a folder to one job while it gives its files theirs: a list of digests is
/// read and replaced, and must not be another's that was written meanwhile.
///
/// The folder itself is locked, so that nothing is left of it. Where that cannot be, or where
/// something else never lets go, the job goes on without.
final class FolderLock implements AutoCloseable {
    /// Nobody takes long to publish.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final OptionalInt descriptor;

    private FolderLock(OptionalInt descriptor) {
        this.descriptor = descriptor;
    }

    /// Waits until no other job has the folder.
    static FolderLock take(Path folder) {
        OptionalInt descriptor = SystemCalls.open(folder);
        if (descriptor.isPresent()) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            try {
                while (!SystemCalls.lock(descriptor.getAsInt()) && System.nanoTime() < end) {
                    Thread.sleep(PAUSE);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return new FolderLock(descriptor);
    }

    @Override
    public void close() {
        descriptor.ifPresent(SystemCalls::close);
    }
}
