package dev.weightsmith.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    @TempDir private Path folder;

    /// As a killed process leaves it: nobody holds the lock.
    private Path stage(String name) throws Exception {
        Path stage = Files.createDirectory(folder.resolve(name));
        Files.writeString(stage.resolve("model.safetensors"), "half");
        return stage;
    }

    @Test
    void whatAKilledProcessLeftIsDeletedByTheNext() throws Exception {
        Path stage = stage(".out.ws-tmp-0123456789ab");
        Files.createFile(stage.resolve(".lock"));
        Staging.write(folder.resolve("out"), new byte[1], false);
        assertThat(stage).doesNotExist();
    }

    @Test
    void whatWasMovedAwayGetsItsNameBack() throws Exception {
        Path old = stage(".out.ws-tmp-0123456789ab.old");
        assertThatThrownBy(() -> Staging.open(folder.resolve("out"), true, false))
                .hasMessageContaining("exists already");
        assertThat(folder.resolve("out/model.safetensors")).hasContent("half");
        assertThat(old).doesNotExist();
    }

    @Test
    void whatWasMovedAwayIsKeptWhereANewOutputIs() throws Exception {
        Path old = stage(".out.ws-tmp-0123456789ab.old");
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.writeString(out.resolve("model.safetensors"), "new");
        Staging.open(out, true, true).close();
        assertThat(old).exists();
        assertThat(out.resolve("model.safetensors")).hasContent("new");
    }

    @Test
    void whatWasMovedAwayFromALongNameIsKept() throws Exception {
        String name = "a".repeat(40);
        Path old = stage("." + name.substring(0, 32) + ".ws-tmp-0123456789ab.old");
        Staging.open(folder.resolve(name), true, false).close();
        assertThat(old).exists();
        assertThat(folder.resolve(name)).doesNotExist();
    }

    @Test
    void whatAnotherJobIsWritingIsKept() throws Exception {
        try (var other = Staging.open(folder.resolve("out"), true, false)) {
            other.create("model.safetensors").close();
            Staging.write(folder.resolve("out"), new byte[1], false);
            assertThat(folder.toFile().list((_, name) -> name.startsWith(".out"))).hasSize(1);
        }
    }

    @Test
    void errorsNameTheFileThatTheUserKnows() throws Exception {
        try (var staging = Staging.open(folder.resolve("out"), true, false)) {
            staging.create("a").close();
            assertThatThrownBy(() -> staging.create("a"))
                    .hasMessageStartingWith(folder.resolve("out/a") + ": ");
        }
    }

    @Test
    void thePublishedFolderHoldsNoLock() throws Exception {
        try (var staging = Staging.open(folder.resolve("out"), true, false)) {
            staging.create("a").close();
            staging.publish();
        }
        assertThat(folder.resolve("out").toFile().list()).containsExactly("a");
    }
}
