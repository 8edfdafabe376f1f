package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// The members of a zip as PyTorch writes it: everything that two readers could understand in two
/// ways is refused (docs/specs/hostile-inputs.md#pytorch).
///
/// commons-compress reads the central directory. What it does not look at is checked here: that
/// names occur once and lie in one folder, that local headers say the same, and that members,
/// headers and directory tile the file without holes or overlaps.
///
/// @param root the one folder, without slash: the name under which PyTorch saved the file
/// @param offset where the central directory begins
/// @param records by name below the root folder, in the order of the central directory
record ZipDirectory(String root, long offset, Map<String, ZipRecord> records) {
    private static final int CENTRAL_HEADER = 0x02014b50;
    private static final int CENTRAL_HEADER_SIZE = 46;

    static ZipDirectory read(ByteSource file) throws IOException {
        var end = ZipEnd.of(file);
        var entries = entries(file);
        requireSize(file, end, entries);
        var records = new LinkedHashMap<String, ZipRecord>();
        String root = root(file, entries);
        var folded = new HashSet<String>();
        for (var entry : entries) {
            String name = name(file, root, rawName(file, entry));
            if (records.containsKey(name)) {
                throw FileException.malformed(
                        file.path(),
                        entry.getLocalHeaderOffset(),
                        "has two records " + Printable.name(root + name));
            }
            if (!folded.add(name.toLowerCase(Locale.ROOT))) {
                throw FileException.refused(
                        file.path(),
                        "has two records whose names differ in case only, one is "
                                + Printable.name(entry.getName()));
            }
            records.put(name, new ZipRecord(name, 0, 0, 0, 0, false));
        }
        var byPosition = new ArrayList<>(entries);
        byPosition.sort(Comparator.comparingLong(ZipArchiveEntry::getLocalHeaderOffset));
        for (int i = 0; i < byPosition.size(); i++) {
            var entry = byPosition.get(i);
            long next =
                    i + 1 < byPosition.size()
                            ? byPosition.get(i + 1).getLocalHeaderOffset()
                            : end.directoryOffset();
            if (i == 0 && entry.getLocalHeaderOffset() != 0) {
                throw FileException.malformed(
                        file.path(), 0, "has bytes before its first zip record");
            }
            var record = ZipLocal.record(file, entry, name(file, root, rawName(file, entry)), next);
            records.replace(record.name(), record);
        }
        return new ZipDirectory(
                root.substring(0, root.length() - 1), end.directoryOffset(), records);
    }

    private static List<ZipArchiveEntry> entries(ByteSource file) throws IOException {
        // Version 1.28 throws unchecked exceptions, and errors, for hostile archives.
        try (var zip =
                ZipFile.builder()
                        .setSeekableByteChannel(file.channel())
                        .setIgnoreLocalFileHeader(true)
                        .setUseUnicodeExtraFields(false)
                        .get()) {
            return Collections.list(zip.getEntries());
        } catch (FileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new FileException(
                    Problem.of(
                            ErrorKind.MALFORMED,
                            file.path(),
                            "has a zip directory that cannot be read: "
                                    + Printable.text(String.valueOf(e.getMessage()))),
                    e);
        } catch (OutOfMemoryError e) {
            throw new FileException(
                    Problem.of(
                            ErrorKind.LIMIT,
                            file.path(),
                            "has a zip directory that does not fit in memory"),
                    e);
        }
    }

    /// The directory must be its entries and nothing else; commons-compress stops at the first byte
    /// it does not understand, and does not count.
    private static void requireSize(ByteSource file, ZipEnd end, List<ZipArchiveEntry> entries)
            throws IOException {
        long at = end.directoryOffset();
        long stop = at + end.directorySize();
        for (var entry : entries) {
            if (stop - at < CENTRAL_HEADER_SIZE) {
                throw wrongSize(file, end, entries);
            }
            var header =
                    ByteBuffer.wrap(file.bytes(at, CENTRAL_HEADER_SIZE))
                            .order(ByteOrder.LITTLE_ENDIAN);
            int name = Short.toUnsignedInt(header.getShort(28));
            int extra = Short.toUnsignedInt(header.getShort(30));
            if (header.getInt(0) != CENTRAL_HEADER || name != entry.getRawName().length) {
                throw wrongSize(file, end, entries);
            }
            if (header.getShort(32) != 0) {
                throw FileException.malformed(
                        file.path(),
                        at,
                        "has a comment on record " + Printable.name(entry.getName()));
            }
            at += CENTRAL_HEADER_SIZE + name + extra;
        }
        if (at != stop || entries.size() != end.entries()) {
            throw wrongSize(file, end, entries);
        }
    }

    private static FileException wrongSize(
            ByteSource file, ZipEnd end, List<ZipArchiveEntry> entries) {
        return FileException.malformed(
                file.path(),
                end.directoryOffset(),
                "has a zip directory of %d bytes for %d entries, but %d entries in it"
                        .formatted(end.directorySize(), end.entries(), entries.size()));
    }

    private static String root(ByteSource file, List<ZipArchiveEntry> entries)
            throws FileException {
        if (entries.isEmpty()) {
            throw FileException.malformed(file.path(), "is an empty zip");
        }
        String first = rawName(file, entries.getFirst());
        int slash = first.indexOf('/');
        if (slash < 0) {
            throw FileException.malformed(
                    file.path(),
                    "is a zip whose records lie in no folder, expected one, first is "
                            + Printable.name(first));
        }
        return first.substring(0, slash + 1);
    }

    /// The name as it is in the file; commons-compress would turn backslashes round.
    private static String rawName(ByteSource file, ZipArchiveEntry entry) throws FileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(entry.getRawName()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.MALFORMED,
                                    file.path(),
                                    "has a record whose name is not UTF-8")
                            .at(entry.getLocalHeaderOffset()),
                    e);
        }
    }

    /// The name below the root folder. Names are never used as paths; those that look as if they
    /// wanted to be are refused all the same.
    private static String name(ByteSource file, String root, String name) throws FileException {
        String below = name.startsWith(root) ? name.substring(root.length()) : "";
        boolean clean = name.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':');
        for (String part : (root + below).split("/", -1)) {
            clean &= !part.equals("..") && !part.equals(".");
        }
        clean &= root.length() > 1 && !below.startsWith("/") && !below.contains("//");
        if (!clean) {
            throw FileException.refused(
                    file.path(), "has a record named like a path, " + Printable.name(name));
        }
        if (!name.startsWith(root)) {
            if (name.endsWith("/data.pkl")) {
                throw FileException.malformed(
                        file.path(),
                        "has two root folders, %s and that of %s"
                                .formatted(Printable.name(root), Printable.name(name)));
            }
            throw FileException.refused(
                    file.path(),
                    "has record %s outside of its root folder %s"
                            .formatted(Printable.name(name), Printable.name(root)));
        }
        return below;
    }
}
