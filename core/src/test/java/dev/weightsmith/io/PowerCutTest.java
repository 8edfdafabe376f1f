package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What has not been flushed may be gone after a power cut: what a step relies on is flushed before
/// that step.
class PowerCutTest {
    @TempDir private Path home;

    /// Knows what has not been flushed.
    private static final class WatchedDisk extends Disk {
        /// Folders in which names have changed.
        private final Set<Path> folders = new HashSet<>();

        private final Map<FileChannel, Path> written = new HashMap<>();
        private boolean publishes;
        private boolean cleans;

        private void change(Path name) {
            boolean isStage = name.getFileName().toString().contains(PrivateFolder.MARK);
            if (isStaged(name) || isStage) {
                return;
            }
            if (!publishes) {
                publishes = true;
                assertThat(written.values()).as("files at the first final name").isEmpty();
                assertThat(folders).as("folders at the first final name").isEmpty();
            }
        }

        private static Path folderOf(Path name) {
            return name.resolveSibling(".").normalize();
        }

        private static boolean isStaged(Path name) {
            return folderOf(name).toString().contains(PrivateFolder.MARK);
        }

        /// Nothing relies on the names of stages, nor on these in them.
        private void changed(Path name) {
            boolean isStage = name.getFileName().toString().contains(PrivateFolder.MARK);
            if (!isStage && !name.endsWith(Staging.COMPLETE) && !name.endsWith("spare")) {
                folders.add(folderOf(name));
            }
        }

        @Override
        void makeFolder(Path folder) throws IOException {
            change(folder);
            super.makeFolder(folder);
            changed(folder);
        }

        @Override
        FileChannel create(Path file) throws IOException {
            FileChannel channel = super.create(file);
            if (!file.endsWith(StageLock.NAME)) {
                written.put(channel, file);
                changed(file);
            }
            return channel;
        }

        @Override
        void sync(FileChannel channel) throws IOException {
            super.sync(channel);
            written.remove(channel);
        }

        @Override
        void syncFolder(Path folder) throws IOException {
            super.syncFolder(folder);
            folders.remove(folder);
        }

        @Override
        void rename(Path from, Path to) throws IOException {
            change(to);
            super.rename(from, to);
            changed(to);
        }

        @Override
        void link(Path name, Path existing) throws IOException {
            change(name);
            super.link(name, existing);
            changed(name);
        }

        @Override
        boolean exchange(Path one, Path other) {
            change(other);
            boolean done = super.exchange(one, other);
            changed(other);
            return done;
        }

        @Override
        void delete(Path path) throws IOException {
            if (isStaged(path) && publishes && !cleans) {
                cleans = true;
                assertThat(folders)
                        .as("folders when the stage goes")
                        .allMatch(folder -> folder.toString().contains(PrivateFolder.MARK));
            }
            if (!cleans) {
                change(path);
            }
            super.delete(path);
            changed(path);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsReliedOnIsFlushed(KilledJobTest.Job job) throws IOException {
        job.prepare(home);
        var disk = new WatchedDisk();
        job.run(home, disk);
        assertThat(disk.publishes && disk.cleans).isTrue();
    }
}
