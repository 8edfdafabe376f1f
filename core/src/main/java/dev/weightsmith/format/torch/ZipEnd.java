package dev.weightsmith.format.torch;

import dev.weightsmith.error.FileException;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The end of a zip: where its central directory is, from the last record of the file and from the
/// zip64 record before it, which must agree.
///
/// @param directoryOffset of the central directory's first byte
/// @param directorySize in bytes; it ends where the end records begin
record ZipEnd(long entries, long directoryOffset, long directorySize) {
    private static final int END = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_SIZE = 20;
    private static final int END64 = 0x06064b50;
    private static final int END64_SIZE = 56;
    private static final long MOST_ENTRIES = 1 << 20;
    private static final long LARGEST_DIRECTORY = 256 << 20;

    static ZipEnd of(ByteSource file) throws IOException {
        long at = file.size() - END_SIZE;
        if (at < 0) {
            throw FileException.malformed(
                    file.path(),
                    "ends after %d bytes, which is no whole zip".formatted(file.size()));
        }
        var end = little(file, at, END_SIZE);
        if (end.getInt(0) != END) {
            throw FileException.malformed(
                    file.path(),
                    at,
                    "has no zip end record in its last %d bytes: it is truncated, or something follows the zip"
                            .formatted(END_SIZE));
        }
        if (end.getShort(20) != 0) {
            throw FileException.malformed(file.path(), at + 20, "has a zip comment");
        }
        if (end.getShort(4) != 0 || end.getShort(6) != 0) {
            throw FileException.unsupported(file.path(), "is one part of a zip of several disks");
        }
        var plain =
                new ZipEnd(
                        Short.toUnsignedLong(end.getShort(10)),
                        Integer.toUnsignedLong(end.getInt(16)),
                        Integer.toUnsignedLong(end.getInt(12)));
        if (end.getShort(8) != end.getShort(10)) {
            throw FileException.malformed(file.path(), at + 8, "has two counts of zip entries");
        }
        return zip64(file, at, plain);
    }

    private static ZipEnd zip64(ByteSource file, long endAt, ZipEnd plain) throws IOException {
        long locatorAt = endAt - LOCATOR_SIZE;
        var locator =
                locatorAt < 0
                        ? ByteBuffer.allocate(LOCATOR_SIZE)
                        : little(file, locatorAt, LOCATOR_SIZE);
        if (locator.getInt(0) != LOCATOR) {
            if (plain.entries == 0xffff
                    || plain.directoryOffset == 0xffffffffL
                    || plain.directorySize == 0xffffffffL) {
                throw FileException.malformed(
                        file.path(), endAt, "needs a zip64 end record and has none");
            }
            return plain.checked(file, endAt);
        }
        long at = locator.getLong(8);
        if (locator.getInt(4) != 0 || locator.getInt(16) != 1) {
            throw FileException.unsupported(file.path(), "is one part of a zip of several disks");
        }
        if (at < 0 || at != locatorAt - END64_SIZE) {
            throw FileException.malformed(
                    file.path(),
                    locatorAt + 8,
                    "points to a zip64 end record at byte %d, expected %d"
                            .formatted(at, locatorAt - END64_SIZE));
        }
        var end = little(file, at, END64_SIZE);
        if (end.getInt(0) != END64 || end.getLong(4) != END64_SIZE - 12) {
            throw FileException.malformed(file.path(), at, "has no zip64 end record here");
        }
        if (end.getInt(16) != 0 || end.getInt(20) != 0) {
            throw FileException.unsupported(file.path(), "is one part of a zip of several disks");
        }
        var large = new ZipEnd(end.getLong(32), end.getLong(48), end.getLong(40));
        if (end.getLong(24) != large.entries
                || !agrees(plain.entries, large.entries, 0xffff)
                || !agrees(plain.directoryOffset, large.directoryOffset, 0xffffffffL)
                || !agrees(plain.directorySize, large.directorySize, 0xffffffffL)) {
            throw FileException.malformed(
                    file.path(), at, "has two zip end records that do not agree");
        }
        return large.checked(file, at);
    }

    /// Writers put the largest value where a number does not fit.
    private static boolean agrees(long plain, long large, long largest) {
        return plain == large || (plain == largest && large >= 0);
    }

    private ZipEnd checked(ByteSource file, long end) throws FileException {
        if (directoryOffset < 0
                || directorySize < 0
                || directoryOffset > end
                || directorySize != end - directoryOffset) {
            throw FileException.malformed(
                    file.path(),
                    end,
                    "has a zip directory of %d bytes at byte %d, which does not end at its end record"
                            .formatted(directorySize, directoryOffset));
        }
        if (entries < 0 || entries > MOST_ENTRIES || directorySize > LARGEST_DIRECTORY) {
            throw FileException.overLimit(
                    file.path(),
                    "has %d zip entries in %d bytes, the limit is %d in %d"
                            .formatted(entries, directorySize, MOST_ENTRIES, LARGEST_DIRECTORY));
        }
        return this;
    }

    private static ByteBuffer little(ByteSource file, long offset, int length) throws IOException {
        return ByteBuffer.wrap(file.bytes(offset, length)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
