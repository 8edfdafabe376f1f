package dev.weightsmith.lora;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.InputFile;
import dev.weightsmith.io.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/// An adapter as it is published: a .zip, .tar or .tar.gz, unpacked into a private temporary folder
/// that [#close] deletes.
///
/// The archive's kind is told by its content. Nothing is written but the files of an adapter, and
/// no folder out of the archive becomes a path (docs/specs/hostile-inputs.md#archives-and-paths).
final class PublishedArchive implements AutoCloseable {
    private static final int MOST_MEMBERS = 1 << 20;

    private final PrivateFolder temporary;
    private final Path folder;

    private PublishedArchive(PrivateFolder temporary, Path folder) {
        this.temporary = temporary;
        this.folder = folder;
    }

    /// Unpacks the one adapter in `archive`.
    static PublishedArchive unpack(Path archive) throws IOException {
        Kind kind = Kind.of(archive);
        PrivateFolder temporary = temporaryFolder(archive);
        boolean complete = false;
        try {
            var unpacking = new Unpacking(archive, temporary.path());
            unpack(kind, archive, unpacking);
            var unpacked = new PublishedArchive(temporary, unpacking.adapter());
            complete = true;
            return unpacked;
        } finally {
            if (!complete) {
                temporary.close();
            }
        }
    }

    private static PrivateFolder temporaryFolder(Path archive) throws IOException {
        try {
            return PrivateFolder.temporary("adapter");
        } catch (IOException e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.IO,
                                    archive,
                                    "cannot be unpacked: no temporary folder: " + e.getMessage())
                            .withHint("unpack it yourself and give the folder"),
                    e);
        }
    }

    /// The folder that now holds the adapter's files.
    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        temporary.close();
    }

    private enum Kind {
        ZIP,
        TAR,
        GZIP;

        private static final int TAR_BLOCK = 512;

        static Kind of(Path archive) throws IOException {
            try (var file = InputFile.open(archive)) {
                byte[] head = file.bytes(0, (int) Math.min(TAR_BLOCK, file.size()));
                if (startsWith(head, 'P', 'K', 3, 4) || startsWith(head, 'P', 'K', 5, 6)) {
                    return ZIP;
                }
                if (startsWith(head, 0x1f, 0x8b)) {
                    return GZIP;
                }
                if (head.length == TAR_BLOCK && isTarHeader(head)) {
                    return TAR;
                }
            }
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    archive,
                                    "is not an adapter: expected a folder, .zip, .tar or .tar.gz")
                            .withHint("give the folder that holds adapter_config.json"));
        }

        private static boolean isTarHeader(byte[] head) {
            try {
                return TarUtils.verifyCheckSum(head);
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private static boolean startsWith(byte[] head, int... magic) {
            return head.length >= magic.length
                    && Arrays.equals(
                            magic,
                            IntStream.range(0, magic.length).map(i -> head[i] & 0xff).toArray());
        }
    }

    /// The library throws more than it says on hostile archives; none of it gets out of here.
    private static void unpack(Kind kind, Path archive, Unpacking unpacking) throws IOException {
        try {
            switch (kind) {
                case ZIP -> unpackZip(archive, unpacking);
                case TAR -> {
                    try (var bytes = Files.newInputStream(archive)) {
                        unpackTar(archive, unpacking, unpacking.limited(bytes));
                    }
                }
                case GZIP -> {
                    try (var bytes = Files.newInputStream(archive);
                            var gzip =
                                    GzipCompressorInputStream.builder()
                                            .setInputStream(bytes)
                                            .setDecompressConcatenated(true)
                                            .get()) {
                        unpackTar(archive, unpacking, unpacking.limited(gzip));
                    }
                }
            }
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw unpacking.damaged(e);
        }
    }

    private static void unpackZip(Path archive, Unpacking unpacking) throws IOException {
        try (var zip = ZipFile.builder().setPath(archive).get()) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
            requireAtMost(MOST_MEMBERS, entries.size(), archive);
            var wanted = new ArrayList<ZipArchiveEntry>();
            for (var entry : entries) {
                boolean regular = !entry.isUnixSymlink() && isFileOrUnknown(entry.getUnixMode());
                if (unpacking.accept(
                        entry.getName(), entry.isDirectory(), regular, entry.getSize())) {
                    wanted.add(entry);
                }
            }
            for (var entry : wanted) {
                requireReadable(archive, zip, entry);
                try (InputStream bytes = zip.getInputStream(entry)) {
                    long crc = unpacking.write(entry.getName(), bytes, entry.getSize());
                    requireCrc(archive, entry, crc);
                }
            }
        }
    }

    /// Archives made elsewhere than on Unix have no mode: 0.
    private static boolean isFileOrUnknown(int mode) {
        int type = mode & 0xf000;
        return type == 0 || type == 0x8000;
    }

    private static void requireReadable(Path archive, ZipFile zip, ZipArchiveEntry entry)
            throws FileException {
        boolean knownMethod =
                entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED;
        if (!knownMethod || !zip.canReadEntryData(entry)) {
            throw FileException.unsupported(
                    archive,
                    "member %s is encrypted or compressed by method %d"
                            .formatted(Printable.name(entry.getName()), entry.getMethod()));
        }
    }

    /// `ZipFile` does not check it.
    private static void requireCrc(Path archive, ZipArchiveEntry entry, long found)
            throws FileException {
        if (found != entry.getCrc()) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.CHECK_FAILED,
                                    archive,
                                    "member %s: CRC-32 is %s, expected %s"
                                            .formatted(
                                                    Printable.name(entry.getName()),
                                                    Long.toHexString(found),
                                                    Long.toHexString(entry.getCrc())))
                            .withHint("download it again and compare its digest"));
        }
    }

    private static void unpackTar(Path archive, Unpacking unpacking, InputStream bytes)
            throws IOException {
        try (var tar = new EndingTar(bytes)) {
            int members = 0;
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                requireAtMost(MOST_MEMBERS, ++members, archive);
                boolean regular = entry.isFile() && isPlain(entry);
                if (unpacking.accept(
                        entry.getName(), entry.isDirectory(), regular, entry.getSize())) {
                    unpacking.write(entry.getName(), tar, entry.getSize());
                }
            }
            if (!tar.ended) {
                throw FileException.malformed(archive, "is cut short between two members");
            }
            // The checksum of a .gz comes after everything.
            bytes.transferTo(OutputStream.nullOutputStream());
        }
    }

    /// A tar stream that tells its closing record from the end of the file.
    private static final class EndingTar extends TarArchiveInputStream {
        private boolean ended;

        EndingTar(InputStream bytes) {
            super(bytes);
        }

        @Override
        protected boolean isEOFRecord(byte @Nullable [] block) {
            boolean end = super.isEOFRecord(block);
            ended |= end && block != null;
            return end;
        }
    }

    /// `isFile` alone takes everything for a file that is not a folder.
    private static boolean isPlain(TarArchiveEntry entry) {
        return !entry.isSymbolicLink()
                && !entry.isLink()
                && !entry.isSparse()
                && !entry.isFIFO()
                && !entry.isBlockDevice()
                && !entry.isCharacterDevice();
    }

    private static void requireAtMost(int limit, int members, Path archive) throws FileException {
        if (members > limit) {
            throw FileException.overLimit(
                    archive, "holds more than %d members, expected an adapter".formatted(limit));
        }
    }
}
