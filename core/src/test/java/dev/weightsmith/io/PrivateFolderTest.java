package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        PrivateFolder.temporary(all, "demo").close();
        assertThat(dead).doesNotExist();
        assertThat(younger).doesNotExist();
    }

    @Test
    void whatTheLivingHaveIsKept() throws Exception {
        try (var living = PrivateFolder.temporary(all, "adapter")) {
            Path file = Files.writeString(living.path().resolve("file"), "mine");
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
            Files.createDirectory(all.resolve(name));
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
