package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
    @TempDir private Path all;

    @Test
    void whatDeadProcessesLeftIsDeletedByTheNext() throws Exception {
        Path dead = Files.createDirectory(all.resolve("weightsmith-kernels.ws-tmp-0123"));
        Files.createFile(dead.resolve(".lock"));
        Files.writeString(Files.createDirectory(dead.resolve("0")).resolve("library"), "half");
        Path younger = Files.createDirectory(all.resolve("weightsmith-adapter.ws-tmp-4567"));
        age(dead);
        age(younger);
        PrivateFolder.temporary(all, "demo").close();
        assertThat(dead).doesNotExist();
        assertThat(younger).doesNotExist();
    }

    /// As if nothing had happened in a folder for two hours.
    private static void age(Path folder) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }

    /// Its process may be about to lock it, or hold a lock that cannot be seen from here.
    @Test
    void whatIsYoungerThanAnHourIsKept() throws Exception {
        Path unlocked = Files.createDirectory(all.resolve("weightsmith-kernels.ws-tmp-0123"));
        Path abandoned = Files.createDirectory(all.resolve("weightsmith-kernels.ws-tmp-4567"));
        Files.createFile(abandoned.resolve(".lock"));
        Path future = Files.createDirectory(all.resolve("weightsmith-kernels.ws-tmp-89"));
        Files.setLastModifiedTime(future, FileTime.from(Instant.now().plus(Duration.ofHours(2))));
        PrivateFolder.temporary(all, "demo").close();
        assertThat(unlocked).exists();
        assertThat(abandoned).exists();
        assertThat(future).exists();
    }

    @Test
    void aFolderStaysThatOthersSeeBetweenAnyTwoStepsOfItsMaking() throws Exception {
        var cleaning =
                new SteppedDisk() {
                    @Override
                    void step() throws IOException {
                        PrivateFolder.temporary(all, "other").close();
                    }
                };
        Path mine = all.resolve("weightsmith-demo.ws-tmp-0");
        try (var made =
                PrivateFolder.create(() -> Files.createDirectory(mine), cleaning, folder -> {})) {
            assertThat(made.path()).isEqualTo(mine).exists();
        }
        assertThat(all).isEmptyDirectory();
    }

    @Test
    void nothingStaysOfAFolderThatCannotBeLocked() {
        var full =
                new Disk() {
                    @Override
                    FileChannel create(Path file) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };
        Path mine = all.resolve("weightsmith-demo.ws-tmp-0");
        assertThatThrownBy(() ->
                        PrivateFolder.create(() -> Files.createDirectory(mine), full, folder -> {}))
                .hasMessage("No space left on device");
        assertThat(all).isEmptyDirectory();
    }

    @Test
    void whatSomebodyElseOwnsIsKept() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Path theirs = Files.createDirectory(all.resolve("weightsmith-kernels.ws-tmp-0123"));
        Files.setAttribute(theirs, "unix:uid", 12345);
        age(theirs);
        PrivateFolder.temporary(all, "demo").close();
        assertThat(theirs).exists();
    }

    @Test
    void whatOnlyALinkLeadsToIsKept() throws Exception {
        Path other = Files.createDirectory(all.resolve("other"));
        Path link = all.resolve("weightsmith-kernels.ws-tmp-0123");
        Files.createSymbolicLink(link, other);
        age(other);
        PrivateFolder.temporary(all, "demo").close();
        assertThat(link).exists();
        assertThat(other).exists();
    }

    @Test
    void whatTheLivingHaveIsKept() throws Exception {
        try (var living = PrivateFolder.temporary(all, "adapter")) {
            Path file = Files.writeString(living.path().resolve("file"), "mine");
            age(living.path());
            PrivateFolder.temporary(all, "adapter").close();
            assertThat(file).exists();
        }
        assertThat(all).isEmptyDirectory();
    }

    @Test
    void whatOnlySoundsLikeOursIsKept() throws Exception {
        for (String name :
                new String[] {
                    "weightsmith-models", "weightsmith-llama-123", "my-weightsmith-demo.ws-tmp-1"
                }) {
            age(Files.createDirectory(all.resolve(name)));
            PrivateFolder.temporary(all, "demo").close();
            assertThat(all.resolve(name)).exists();
        }
    }

    @Test
    void nobodyElseMayEnter() throws Exception {
        try (var folder = PrivateFolder.temporary(all, "kernels")) {
            assertThat(Files.getPosixFilePermissions(folder.path()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }
}
