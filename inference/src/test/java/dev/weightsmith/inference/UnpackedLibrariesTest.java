package dev.weightsmith.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLibrariesTest {
    private static final byte[] ONE = "one library".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final byte[] TWO = "another".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path home;
    private Path folder;
    private Path jar;

    @BeforeEach
    void pack() throws IOException {
        folder = home.resolve("cache/2.7");
        jar = home.resolve("libraries.jar");
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var library : Map.of("one.so", ONE, "two.so", TWO).entrySet()) {
                var crc = new CRC32();
                crc.update(library.getValue());
                var entry = new ZipEntry(library.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(library.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(library.getValue());
            }
        }
    }

    /// As a process does that has not looked yet.
    private void require() throws IOException {
        var urls = new TreeMap<String, URL>();
        for (String name : new String[] {"one.so", "two.so"}) {
            urls.put(name, URI.create("jar:" + jar.toUri() + "!/" + name).toURL());
        }
        UnpackedLibraries.compare(folder, urls);
    }

    private void assertWhole() {
        assertThat(folder.resolve("one.so")).hasBinaryContent(ONE);
        assertThat(folder.resolve("two.so")).hasBinaryContent(TWO);
        assertThat(folder.toFile().list()).hasSize(2);
        assertThat(folder.getParent()).isDirectoryNotContaining("glob:**ws-tmp**");
    }

    @Test
    void librariesAreUnpackedAsTheyAre() throws IOException {
        require();
        assertWhole();
    }

    @Test
    void aLibraryThatIsCutShortIsMadeAnew() throws IOException {
        require();
        Files.write(folder.resolve("one.so"), new byte[] {1, 2, 3});
        require();
        assertWhole();
    }

    @Test
    void aLibraryWithAnotherByteIsMadeAnew() throws IOException {
        require();
        byte[] bytes = ONE.clone();
        bytes[5000]++;
        Files.write(folder.resolve("one.so"), bytes);
        require();
        assertWhole();
    }

    /// DJL loads whatever is in the folder.
    @Test
    void whatIsNoLibraryDoesNotStayAmongThem() throws IOException {
        require();
        Files.write(folder.resolve("jni123tmp"), TWO);
        require();
        assertWhole();
    }

    @Test
    void whatAKilledProcessWasUnpackingIsDeleted() throws IOException {
        Path stage = folder.resolveSibling(".2.7.ws-tmp-0123456789ab");
        Files.createDirectories(stage.resolve("new"));
        Files.createFile(stage.resolve(".lock"));
        Files.write(stage.resolve("new/one.so"), TWO);
        require();
        assertWhole();
    }

    @Test
    void wholeLibrariesAreLeftAlone() throws IOException {
        require();
        Object file = Files.getAttribute(folder.resolve("one.so"), "unix:ino");
        require();
        assertThat(Files.getAttribute(folder.resolve("one.so"), "unix:ino")).isEqualTo(file);
    }

    @Test
    void aDamagedJarIsAnError() throws IOException {
        byte[] bytes = Files.readAllBytes(jar);
        bytes[bytes.length / 2]++;
        Files.write(jar, bytes);
        assertThatThrownBy(this::require).hasMessageContaining("one.so' has CRC-32 ");
        assertThat(folder).doesNotExist();
    }
}
