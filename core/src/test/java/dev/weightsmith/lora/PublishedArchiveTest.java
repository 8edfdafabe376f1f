package dev.weightsmith.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class PublishedArchiveTest {
    @TempDir private Path folder;

    /// The containers in which adapters are published.
    enum Container {
        ZIP,
        TAR,
        TAR_GZ;

        /// An archive of regular files.
        byte[] of(Map<String, byte[]> files) throws IOException {
            return switch (this) {
                case ZIP -> zip(files);
                case TAR -> tar(files);
                case TAR_GZ -> gzip(tar(files));
            };
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> adapter(String prefix) {
        var files = new LinkedHashMap<String, byte[]>();
        files.put(prefix + "README.md", bytes("hello"));
        files.put(prefix + "adapter_config.json", bytes(Adapters.CONFIG));
        files.put(prefix + "adapter_model.bin", new byte[5000]);
        files.put(prefix + "tokenizer.model", bytes("pieces"));
        return files;
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipArchiveOutputStream(out)) {
            for (var file : files.entrySet()) {
                zip.putArchiveEntry(new ZipArchiveEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out)) {
            for (var file : files.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    /// A tar that holds one member of another kind than a file.
    private static byte[] tarOf(byte kind, String name) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out)) {
            var entry = new TarArchiveEntry(name, kind);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("published"), bytes);
    }

    private FileException failure(byte[] archive) throws IOException {
        try (var unpacked = PublishedArchive.unpack(write(archive))) {
            throw new AssertionError("accepted: " + unpacked.folder());
        } catch (FileException e) {
            return e;
        }
    }

    @ParameterizedTest
    @EnumSource
    void adapterAtTheRootIsUnpacked(Container container) throws IOException {
        try (var unpacked = PublishedArchive.unpack(write(container.of(adapter(""))))) {
            assertThat(unpacked.folder().resolve("adapter_model.bin")).hasSize(5000);
            assertThat(unpacked.folder().resolve("tokenizer.model")).hasContent("pieces");
        }
    }

    @ParameterizedTest
    @EnumSource
    void adapterOneFolderDeepIsUnpacked(Container container) throws IOException {
        byte[] archive = container.of(adapter("./chinese-alpaca-lora/"));
        try (var unpacked = PublishedArchive.unpack(write(archive))) {
            assertThat(unpacked.folder().resolve("adapter_config.json")).exists();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotPartOfAnAdapterIsNotWritten(Container container) throws IOException {
        try (var unpacked = PublishedArchive.unpack(write(container.of(adapter(""))))) {
            assertThat(unpacked.folder().resolve("README.md")).doesNotExist();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAnAdapterBringsForItsModelIsUnpacked(Container container) throws IOException {
        var files = adapter("lora/");
        for (String name : List.of("config.json", "generation_config.json", "modeling_x.py")) {
            files.put("lora/" + name, bytes(name));
        }
        files.put("lora/.hidden.py", bytes("no"));
        files.put("lora/x.pyc", bytes("no"));
        files.put("lora/sub/other.py", bytes("elsewhere"));
        try (var unpacked = PublishedArchive.unpack(write(container.of(files)))) {
            Path adapter = unpacked.folder();
            for (String name : List.of("config.json", "generation_config.json", "modeling_x.py")) {
                assertThat(adapter.resolve(name)).hasContent(name);
            }
            for (String name : List.of(".hidden.py", "x.pyc", "other.py", "sub")) {
                assertThat(adapter.resolve(name)).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void chatTemplatesAreUnpacked(Container container) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("lora/additional_chat_templates/tool_use.jinja", bytes("T"));
        files.putAll(adapter("lora/"));
        files.put("lora/chat_template.jinja", bytes("D"));
        files.put("lora/additional_chat_templates/x.txt", bytes("no"));
        files.put("lora/other/tool.jinja", bytes("no"));
        try (var unpacked = PublishedArchive.unpack(write(container.of(files)))) {
            Path adapter = unpacked.folder();
            assertThat(adapter.resolve("chat_template.jinja")).hasContent("D");
            assertThat(adapter.resolve("additional_chat_templates/tool_use.jinja")).hasContent("T");
            for (String name : List.of("additional_chat_templates/x.txt", "tool.jinja", "other")) {
                assertThat(adapter.resolve(name)).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void chatTemplatesOfAnAdapterAtTheRootAreUnpacked(Container container) throws IOException {
        var files = adapter("");
        files.put("./additional_chat_templates/tool_use.jinja", bytes("T"));
        try (var unpacked = PublishedArchive.unpack(write(container.of(files)))) {
            assertThat(unpacked.folder().resolve("additional_chat_templates/tool_use.jinja"))
                    .hasContent("T");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endlessChatTemplatesReachALimit(Container container) throws IOException {
        var files = adapter("");
        for (int i = 0; i < 65; i++) {
            files.put(i + "/additional_chat_templates/x.jinja", bytes("x"));
        }
        assertThat(failure(container.of(files)).problem().kind()).isEqualTo(ErrorKind.LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void chatTemplatesThatLeaveTheirFolderAreRefused(Container container) throws IOException {
        for (String name :
                List.of(
                        "additional_chat_templates/../x.jinja",
                        "/additional_chat_templates/x.jinja",
                        "additional_chat_templates/..\\x.jinja")) {
            var failure = failure(container.of(Map.of(name, bytes("x"))));
            assertThat(failure.problem().kind()).as(name).isEqualTo(ErrorKind.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void codeThatLeavesItsFolderIsRefused(Container container) throws IOException {
        for (String name : List.of("../x.py", "/x.py", "a/../../x.py", "C:\\x.py", "a\u0001.py")) {
            var failure = failure(container.of(Map.of(name, bytes("x"))));
            assertThat(failure.problem().kind()).as(name).isEqualTo(ErrorKind.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endlessCodeReachesALimit(Container container) throws IOException {
        var files = adapter("");
        for (int i = 0; i <= Companions.MOST_FILES; i++) {
            files.put(i + "/x.py", bytes("x"));
        }
        assertThat(failure(container.of(files)).problem().kind()).isEqualTo(ErrorKind.LIMIT);
    }

    @Test
    void closingDeletesWhatWasUnpacked() throws IOException {
        var unpacked = PublishedArchive.unpack(write(zip(adapter(""))));
        unpacked.close();
        assertThat(unpacked.folder().getParent()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../adapter_config.json",
                "a/../../adapter_config.json",
                "/etc/adapter_config.json",
                "C:/adapter_config.json",
                "a/\u0001/adapter_config.json"
            })
    void memberThatLeavesItsFolderIsRefused(String name) throws IOException {
        for (var container : Container.values()) {
            var failure = failure(container.of(Map.of(name, bytes(Adapters.CONFIG))));
            assertThat(failure.problem().kind()).as(container + name).isEqualTo(ErrorKind.REFUSED);
        }
    }

    @Test
    void refusalNamesArchiveAndMember() throws IOException {
        var failure = failure(zip(Map.of("../x", bytes("x"))));
        assertThat(failure)
                .hasMessage(
                        folder.resolve("published")
                                + ": member '../x' leads outside of its folder");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_FIFO,
                TarConstants.LF_CHR
            })
    void tarMemberThatIsNoFileIsRefused(byte kind) throws IOException {
        assertThat(failure(tarOf(kind, "adapter_config.json")).problem().kind())
                .isEqualTo(ErrorKind.REFUSED);
    }

    @Test
    void symbolicLinkInAZipIsRefused() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipArchiveOutputStream(out)) {
            var entry = new ZipArchiveEntry("adapter_config.json");
            entry.setUnixMode(0xa1ff);
            zip.putArchiveEntry(entry);
            zip.write(bytes("/etc/passwd"));
            zip.closeArchiveEntry();
        }
        assertThat(failure(out.toByteArray()).problem().kind()).isEqualTo(ErrorKind.REFUSED);
    }

    @Test
    void bombInAZipReachesALimit() throws IOException {
        var failure = failure(zip(Map.of("adapter_model.bin", new byte[64 << 20])));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.LIMIT);
    }

    @Test
    void bombInAGzipReachesALimitEvenInAMemberThatNobodyWants() throws IOException {
        var failure = failure(gzip(tar(Map.of("zeros", new byte[64 << 20]))));
        assertThat(failure.problem().kind()).isEqualTo(ErrorKind.LIMIT);
    }

    @Test
    void severalBombsTogetherReachALimit() throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < 8; i++) {
            files.put(i + "/adapter_model.bin", new byte[8 << 20]);
        }
        assertThat(failure(zip(files)).problem().kind()).isEqualTo(ErrorKind.LIMIT);
    }

    @Test
    void flippedBitInAStoredMemberIsFound() throws IOException {
        byte[] content = bytes(Adapters.CONFIG);
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipArchiveOutputStream(out)) {
            var entry = new ZipArchiveEntry("adapter_config.json");
            var crc = new CRC32();
            crc.update(content);
            entry.setMethod(ZipArchiveOutputStream.STORED);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
            zip.putArchiveEntry(entry);
            zip.write(content);
            zip.closeArchiveEntry();
        }
        byte[] archive = out.toByteArray();
        archive[new String(archive, StandardCharsets.ISO_8859_1).indexOf("LORA")] ^= 1;
        assertThat(failure(archive).problem().kind()).isEqualTo(ErrorKind.CHECK_FAILED);
    }

    @Test
    void sameMemberTwiceIsMalformed() throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("adapter_config.json", bytes("{}"));
        files.put("./adapter_config.json", bytes("[]"));
        assertThat(failure(tar(files))).hasMessageContaining("more than once");
    }

    @ParameterizedTest
    @EnumSource
    void severalAdaptersAreListed(Container container) throws IOException {
        var files = adapter("7b/");
        files.putAll(adapter("13b/"));
        assertThat(failure(container.of(files)))
                .hasMessageContaining("holds several adapters, in the folders 7b, 13b");
    }

    @Test
    void archiveWithoutAdapterIsMalformed() throws IOException {
        assertThat(failure(zip(Map.of("model/data.pkl", bytes("x")))))
                .hasMessageContaining("holds no adapter_config.json");
    }

    @Test
    void fileThatIsNoArchiveIsMalformed() throws IOException {
        assertThat(failure(bytes("version https://git-lfs.github.com/spec/v1")))
                .hasMessageContaining("expected a folder, .zip, .tar or .tar.gz");
    }

    @ParameterizedTest
    @EnumSource
    void truncationIsAlwaysAFileException(Container container) throws IOException {
        byte[] archive = container.of(adapter("a/"));
        // Two blocks of zeros and padding end a tar; what is cut off there is not missed.
        int end = container == Container.TAR ? 8192 : archive.length;
        for (int length = 0; length < end; length += 101) {
            assertThat(failure(Arrays.copyOf(archive, length)).problem().file()).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void flippedBytesNeverEscapeAsOtherExceptions(Container container) throws IOException {
        byte[] archive = container.of(adapter("a/"));
        for (int at = 0; at < Math.min(archive.length, 2048); at += 7) {
            byte[] broken = archive.clone();
            broken[at] ^= (byte) 0x91;
            try (var unpacked = PublishedArchive.unpack(write(broken))) {
                assertThat(unpacked.folder()).exists();
            } catch (FileException e) {
                assertThat(e.problem().file()).isPresent();
            }
        }
    }

    @Test
    void problemInsideIsToldOfTheArchive() throws IOException {
        var files = adapter("");
        files.put("adapter_config.json", bytes("{}"));
        Path archive = write(zip(files));
        try (var adapter = LoraAdapter.open(archive, "adapter-1", path -> Adapters.pair())) {
            throw new AssertionError("accepted: " + adapter.source());
        } catch (FileException e) {
            assertThat(e).hasMessage(archive + "!adapter_config.json: 'peft_type' is missing");
        }
    }

    @Test
    void adapterInAnArchiveOpens() throws IOException {
        Path archive = write(gzip(tar(adapter(""))));
        try (var adapter = LoraAdapter.open(archive, "adapter-1", path -> Adapters.pair())) {
            assertThat(adapter.source()).isEqualTo(archive);
            assertThat(adapter.folder().resolve("tokenizer.model")).exists();
        }
    }
}
