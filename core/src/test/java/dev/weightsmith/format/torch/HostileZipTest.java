package dev.weightsmith.format.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.testing.PickleBuilder;
import dev.weightsmith.testing.ZipBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The zips of docs/specs/hostile-inputs.md#pytorch.
class HostileZipTest {
    private static final byte[] FLOATS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    @TempDir Path folder;
    private TorchProbe probe;

    @BeforeEach
    void begin() {
        probe = new TorchProbe(folder);
    }

    private static ZipBuilder good() {
        return ZipBuilder.torch(PickleBuilder.oneTensor(4), FLOATS);
    }

    private void refuses(ZipBuilder zip, ErrorKind kind, String... words) throws IOException {
        probe.refuses(zip.bytes(), kind, words);
    }

    private void refuses(
            String member, Consumer<ZipBuilder.Member> change, ErrorKind kind, String... words)
            throws IOException {
        var zip = good();
        change.accept(zip.member(member));
        refuses(zip, kind, words);
    }

    @Test
    void aWrongCrcOfThePickleIsFoundBeforeItIsRead() throws IOException {
        refuses(
                "archive/data.pkl",
                m -> m.bytes[20] ^= 1,
                ErrorKind.CHECK_FAILED,
                "record 'data.pkl' has CRC",
                "(at byte 46)");
    }

    @Test
    void aWrongCrcOfAStorageIsFoundByVerifying() throws IOException {
        var zip = good();
        zip.member("archive/data/0").bytes = FLOATS.clone();
        zip.member("archive/data/0").bytes[7] ^= 0x10;
        assertThatThrownBy(() -> probe.read(zip.bytes()))
                .isInstanceOf(FileException.class)
                .hasMessageContaining("record 'data/0' has CRC")
                .hasMessageContaining("(at byte ")
                .extracting(e -> ((FileException) e).problem().kind())
                .isEqualTo(ErrorKind.CHECK_FAILED);
    }

    @Test
    void aMissingCrcIsExplained() throws IOException {
        var zip = good();
        zip.member("archive/data/0").crc = 0;
        zip.member("archive/data/0").localCrc = 0;
        assertThatThrownBy(() -> probe.read(zip.bytes()))
                .extracting(e -> ((FileException) e).problem().hint().orElse(""))
                .asString()
                .contains("saved without CRCs");
    }

    @Test
    void twoRecordsOfOneNameAreMalformed() throws IOException {
        var zip = good();
        zip.add("archive/data.pkl", PickleBuilder.oneTensor(4));
        refuses(zip, ErrorKind.MALFORMED, "has two records 'archive/data.pkl'");
    }

    @Test
    void localHeadersMustSayTheSame() throws IOException {
        String storage = "archive/data/0";
        refuses(storage, m -> m.localName = "archive/data/1", ErrorKind.MALFORMED, "another name");
        refuses(storage, m -> m.localSize = 15, ErrorKind.MALFORMED, "another size");
        refuses(storage, m -> m.localCrc ^= 1, ErrorKind.MALFORMED, "another CRC");
        refuses(storage, m -> m.localMethod = 8, ErrorKind.MALFORMED, "another flags or method");
        refuses(storage, m -> m.localFlags = 0x800, ErrorKind.MALFORMED, "another flags");
    }

    @ParameterizedTest
    @CsvSource({
        "0x1, UNSUPPORTED, is encrypted",
        "0x40, UNSUPPORTED, is encrypted",
        "0x2000, UNSUPPORTED, is encrypted",
        "0x20, MALFORMED, has zip flags 0x20",
        "0x4, MALFORMED, has zip flags 0x4",
    })
    void otherFlagsAreTurnedAway(String flags, ErrorKind kind, String words) throws IOException {
        refuses(
                "archive/data/0",
                m -> {
                    m.flags = Integer.decode(flags);
                    m.localFlags = m.flags;
                },
                kind,
                words);
    }

    @Test
    void compressedStoragesAreUnsupported() throws IOException {
        var zip = good();
        zip.member("archive/data/0").deflated();
        refuses(zip, ErrorKind.UNSUPPORTED, "storage 'data/0' is compressed");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 12, 14, 93, 99})
    void otherMethodsAreUnsupported(int method) throws IOException {
        refuses(
                "archive/version",
                m -> {
                    m.method = method;
                    m.localMethod = method;
                },
                ErrorKind.UNSUPPORTED,
                "is compressed with zip method " + method);
    }

    @Test
    void aCompressedPickleIsRead() throws IOException {
        var zip = good();
        zip.member("archive/data.pkl").deflated();
        assertThat(probe.read(zip.bytes())).isEqualTo(FLOATS);
    }

    @Test
    void aPickleThatUnpacksToMoreThanItSaysIsMalformed() throws IOException {
        var zip = good();
        var pickle = zip.member("archive/data.pkl").deflated();
        pickle.size -= 1;
        pickle.localSize -= 1;
        refuses(zip, ErrorKind.MALFORMED, "does not unpack to");
    }

    @Test
    void aBombIsOverTheLimit() throws IOException {
        var zip = good();
        var pickle = zip.member("archive/data.pkl").deflated();
        pickle.size = (256 << 20) + 1;
        pickle.localSize = pickle.size;
        refuses(zip, ErrorKind.LIMIT, "the limit is 268435456");
    }

    @Test
    void overlappingRecordsAreMalformed() throws IOException {
        var zip = good();
        var twin = zip.add("archive/data/1", FLOATS);
        twin.written = false;
        twin.offsetShift = -(30 + 15 + 2) - 16;
        refuses(zip, ErrorKind.MALFORMED, "record 'archive/");
    }

    @Test
    void recordsBeyondTheDirectoryAreMalformed() throws IOException {
        refuses(
                "archive/version",
                m -> {
                    m.offsetShift = 5;
                },
                ErrorKind.MALFORMED,
                "record 'archive/");
        refuses(
                "archive/version",
                m -> {
                    m.offsetShift = 1 << 30;
                },
                ErrorKind.MALFORMED);
    }

    @Test
    void bytesAroundTheZipAreMalformed() throws IOException {
        var before = good();
        before.prefix = "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII);
        refuses(before, ErrorKind.MALFORMED, "expected a zip or pickle");
        var after = good();
        after.suffix = new byte[100];
        refuses(after, ErrorKind.MALFORMED, "no zip end record in its last 22 bytes");
        var hidden = good();
        hidden.prefix = "PK\3\4".getBytes(StandardCharsets.US_ASCII);
        refuses(hidden, ErrorKind.MALFORMED, "bytes before its first zip record");
    }

    @Test
    void commentsAreMalformed() throws IOException {
        var zip = good();
        zip.comment = new byte[65535];
        refuses(zip, ErrorKind.MALFORMED, "no zip end record");
        var fake = good();
        byte[] whole = good().bytes();
        fake.comment = Arrays.copyOfRange(whole, whole.length - 22, whole.length);
        refuses(fake, ErrorKind.MALFORMED, "does not end at its end record");
    }

    @Test
    void everyTruncationIsMalformed() throws IOException {
        byte[] whole = good().bytes();
        for (int length = 0; length < whole.length; length++) {
            probe.refuses(Arrays.copyOf(whole, length), ErrorKind.MALFORMED);
        }
    }

    @Test
    void countsOfEntriesMustHold() throws IOException {
        var zip = good();
        zip.entriesShift = 1;
        refuses(zip, ErrorKind.MALFORMED, "for 4 entries, but 3 entries in it");
    }

    @Test
    void partsOfSeveralDisksAreUnsupported() throws IOException {
        byte[] bytes = good().bytes();
        bytes[bytes.length - 18] = 1;
        probe.refuses(bytes, ErrorKind.UNSUPPORTED, "several disks");
    }

    @Test
    void zip64NeedsItsRecords() throws IOException {
        byte[] bytes = good().bytes();
        Arrays.fill(bytes, bytes.length - 6, bytes.length - 2, (byte) 0xff);
        probe.refuses(bytes, ErrorKind.MALFORMED, "needs a zip64 end record and has none");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 0, 1L << 40})
    void zip64RecordsMustBeWhereTheLocatorSays(long offset) throws IOException {
        byte[] bytes = good().bytes();
        var zip64 =
                ByteBuffer.allocate(bytes.length + 20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(bytes, 0, bytes.length - 22)
                        .putInt(0x07064b50)
                        .putInt(0)
                        .putLong(offset)
                        .putInt(1)
                        .put(bytes, bytes.length - 22, 22);
        probe.refuses(
                zip64.array(),
                ErrorKind.MALFORMED,
                "points to a zip64 end record at byte " + offset);
    }

    @Test
    void centralSizesBeyondTheFileAreMalformed() throws IOException {
        var extra =
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) 1)
                        .putShort((short) 16)
                        .putLong(Long.MIN_VALUE)
                        .putLong(Long.MIN_VALUE);
        refuses(
                "archive/data/0",
                m -> {
                    m.size = -1;
                    m.centralExtra = extra.array();
                },
                ErrorKind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "archive/../../evil",
                "/etc/passwd",
                "archive\\data",
                "archive/C:evil",
                "archive/a\u0000b",
                "archive//x",
                "elsewhere/x",
                "evil",
                "archive/VERSION",
            })
    void namesLikePathsAreRefused(String name) throws IOException {
        var zip = good();
        zip.add(name, FLOATS);
        refuses(zip, ErrorKind.REFUSED, "record");
    }

    @Test
    void twoRootsAreMalformed() throws IOException {
        var zip = good();
        zip.add("other/data.pkl", PickleBuilder.oneTensor(4));
        refuses(zip, ErrorKind.MALFORMED, "two root folders");
    }

    @Test
    void otherZipsAreNamed() throws IOException {
        var zip = good();
        zip.remove("archive/data.pkl");
        refuses(zip, ErrorKind.MALFORMED, "is a zip without data.pkl");
        var script = good();
        script.add("archive/constants.pkl", new byte[0]);
        refuses(script, ErrorKind.UNSUPPORTED, "TorchScript");
    }

    @ParameterizedTest
    @CsvSource({"99, UNSUPPORTED", "0, UNSUPPORTED", "three, MALFORMED", "'', MALFORMED"})
    void versionsAreChecked(String version, ErrorKind kind) throws IOException {
        var zip = good();
        zip.remove("archive/version");
        zip.add("archive/version", version.getBytes(StandardCharsets.US_ASCII));
        refuses(zip, kind, "has version ");
    }

    @Test
    void aMissingVersionIsMalformed() throws IOException {
        var zip = good();
        zip.remove("archive/version");
        refuses(zip, ErrorKind.MALFORMED, "has no record '.data/version'");
    }

    @ParameterizedTest
    @CsvSource({"big, UNSUPPORTED, big-endian", "middle, MALFORMED, has byteorder 'middle'"})
    void byteOrdersAreChecked(String order, ErrorKind kind, String words) throws IOException {
        var zip = good();
        zip.add("archive/byteorder", order.getBytes(StandardCharsets.US_ASCII));
        refuses(zip, kind, words);
    }

    @Test
    void otherFilesAreNamed() throws IOException {
        probe.refuses(new byte[0], ErrorKind.MALFORMED, "is empty");
        probe.refuses(new byte[] {0x1f, (byte) 0x8b, 8, 0}, ErrorKind.MALFORMED, "is gzip");
        probe.refuses(text("Rar!\32\7\1\0"), ErrorKind.MALFORMED, "is a rar archive");
        probe.refuses(text("7z\u00bc\u00af'\34"), ErrorKind.MALFORMED, "is a 7z archive");
        probe.refuses(text("\u00fd7zXZ\0"), ErrorKind.MALFORMED, "is xz");
        probe.refuses(
                text("version https://git-lfs.github.com/spec/v1\n"),
                ErrorKind.MALFORMED,
                "Git LFS pointer");
        probe.refuses(text("<!DOCTYPE html>"), ErrorKind.MALFORMED, "a web page");
        probe.refuses(new byte[4096], ErrorKind.MALFORMED, "of an unknown format");
        probe.refuses(
                Arrays.copyOf("PK\3\4".getBytes(StandardCharsets.US_ASCII), 30),
                ErrorKind.MALFORMED);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void everyByteFlipIsTurnedAwayOrHarmless() throws IOException {
        byte[] whole = good().bytes();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x11;
            try {
                assertThat(probe.read(changed)).as("byte " + i).isEqualTo(FLOATS);
            } catch (FileException e) {
                assertThat(e).hasMessageContaining("model.pth: ");
            }
        }
    }

    @Test
    void ownFilesAreRecognisedAndOtherZipsAreNot() throws IOException {
        var other = new ZipBuilder();
        other.add("adapter/adapter_config.json", text("{}"));
        try (var file = InputFile.open(probe.write(good().bytes()))) {
            assertThat(TorchFile.recognises(file)).isTrue();
        }
        try (var file = InputFile.open(probe.write(other.bytes()))) {
            assertThat(TorchFile.recognises(file)).isFalse();
        }
    }
}
