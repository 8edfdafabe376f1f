package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/// The local header, the bytes and the data descriptor of one zip entry: they must say what the
/// central directory says, and end where the next begins.
final class ZipLocal {
    private static final int HEADER = 0x04034b50;
    private static final int HEADER_SIZE = 30;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int FLAG_ENCRYPTED = 0x1 | 0x40 | 0x2000;
    private static final int FLAG_DESCRIPTOR = 0x8;
    private static final int FLAG_UTF8 = 0x800;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final long LARGEST_32 = 0xffffffffL;

    private final ByteSource file;
    private final ZipArchiveEntry entry;
    private final long at;

    private ZipLocal(ByteSource file, ZipArchiveEntry entry) {
        this.file = file;
        this.entry = entry;
        this.at = entry.getLocalHeaderOffset();
    }

    /// The record of `entry`, after comparing it with its local header.
    ///
    /// @param next where the next local header, or the central directory, begins
    static ZipRecord record(ByteSource file, ZipArchiveEntry entry, String name, long next)
            throws IOException {
        return new ZipLocal(file, entry).record(name, next);
    }

    private ZipRecord record(String name, long next) throws IOException {
        int flags = entry.getRawFlag();
        if ((flags & FLAG_ENCRYPTED) != 0) {
            throw new FileException(
                    Problem.of(ErrorKind.UNSUPPORTED, file.path(), text("is encrypted")).at(at));
        }
        if ((flags & ~(FLAG_DESCRIPTOR | FLAG_UTF8)) != 0) {
            throw malformed("has zip flags 0x" + Integer.toHexString(flags));
        }
        if (entry.getMethod() != STORED && entry.getMethod() != DEFLATED) {
            throw new FileException(
                    Problem.of(
                                    ErrorKind.UNSUPPORTED,
                                    file.path(),
                                    text("is compressed with zip method " + entry.getMethod()))
                            .at(at));
        }
        if (entry.getDiskNumberStart() != 0) {
            throw new FileException(
                    Problem.of(ErrorKind.UNSUPPORTED, file.path(), text("is on another disk"))
                            .at(at));
        }
        long packed = entry.getCompressedSize();
        long size = entry.getSize();
        if (packed < 0 || size < 0 || (entry.getMethod() == STORED && packed != size)) {
            throw malformed("has sizes %d and %d".formatted(packed, size));
        }
        if (at < 0 || at > next || next - at < HEADER_SIZE) {
            throw malformed("overlaps its neighbour at byte " + next);
        }
        var header = little(at, HEADER_SIZE);
        long data = at + HEADER_SIZE + unsigned16(header, 26) + unsigned16(header, 28);
        if (data > next || packed > next - data) {
            throw malformed("of %d bytes reaches beyond byte %d".formatted(packed, next));
        }
        compare(header);
        if ((flags & FLAG_DESCRIPTOR) == 0) {
            compareSizes(header);
            requireEnd(data + packed, next);
        } else {
            descriptor(header, data + packed, next);
        }
        return new ZipRecord(
                name, data, packed, size, (int) entry.getCrc(), entry.getMethod() == DEFLATED);
    }

    private void compare(ByteBuffer header) throws IOException {
        if (header.getInt(0) != HEADER) {
            throw malformed("has no local header here");
        }
        if (unsigned16(header, 6) != entry.getRawFlag()
                || unsigned16(header, 8) != entry.getMethod()) {
            throw differs("flags or method");
        }
        byte[] name = file.bytes(at + HEADER_SIZE, unsigned16(header, 26));
        if (!Arrays.equals(name, entry.getRawName())) {
            throw differs("name");
        }
    }

    /// Without a data descriptor, the local header has checksum and sizes.
    private void compareSizes(ByteBuffer header) throws IOException {
        long packed = Integer.toUnsignedLong(header.getInt(18));
        long size = Integer.toUnsignedLong(header.getInt(22));
        if (packed == LARGEST_32 || size == LARGEST_32) {
            var extra = zip64(header);
            size = size == LARGEST_32 ? extra.getLong() : size;
            packed = packed == LARGEST_32 ? extra.getLong() : packed;
        }
        if (Integer.toUnsignedLong(header.getInt(14)) != entry.getCrc()) {
            throw differs("CRC");
        }
        if (packed != entry.getCompressedSize() || size != entry.getSize()) {
            throw differs("size");
        }
    }

    /// The two sizes in the zip64 extra field of the local header.
    private ByteBuffer zip64(ByteBuffer header) throws IOException {
        var extra = little(at + HEADER_SIZE + unsigned16(header, 26), unsigned16(header, 28));
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Short.toUnsignedInt(extra.getShort());
            if (length > extra.remaining()) {
                break;
            }
            if (id == 1 && length >= 16) {
                return extra;
            }
            extra.position(extra.position() + length);
        }
        throw malformed("has no zip64 sizes in its local header");
    }

    /// With a data descriptor, the local header may have zeros, or the truth.
    private void descriptor(ByteBuffer header, long from, long next) throws IOException {
        requireZeroOr(header.getInt(14), entry.getCrc(), "CRC");
        requireZeroOr(header.getInt(18), entry.getCompressedSize(), "size");
        requireZeroOr(header.getInt(22), entry.getSize(), "size");
        int length = (int) Math.min(25, next - from);
        var descriptor = little(from, length);
        boolean signed = (length == 16 || length == 24) && descriptor.getInt() == DESCRIPTOR;
        if (!signed) {
            descriptor.position(0);
        }
        boolean small = descriptor.remaining() == 12;
        if (!small && descriptor.remaining() != 20) {
            requireEnd(from, next);
            throw malformed("has no data descriptor");
        }
        long crc = Integer.toUnsignedLong(descriptor.getInt());
        long packed = small ? Integer.toUnsignedLong(descriptor.getInt()) : descriptor.getLong();
        long size = small ? Integer.toUnsignedLong(descriptor.getInt()) : descriptor.getLong();
        if (crc != entry.getCrc()
                || packed != entry.getCompressedSize()
                || size != entry.getSize()) {
            throw malformed("has a data descriptor that differs from the zip directory");
        }
    }

    private void requireZeroOr(int local, long central, String what) throws FileException {
        long value = Integer.toUnsignedLong(local);
        if (value != 0 && value != central && value != LARGEST_32) {
            throw differs(what);
        }
    }

    private void requireEnd(long end, long next) throws FileException {
        if (end != next) {
            throw malformed(
                    "ends at byte %d, but the next zip record begins at byte %d"
                            .formatted(end, next));
        }
    }

    private ByteBuffer little(long offset, int length) throws IOException {
        return ByteBuffer.wrap(file.bytes(offset, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int unsigned16(ByteBuffer buffer, int index) {
        return Short.toUnsignedInt(buffer.getShort(index));
    }

    private FileException differs(String what) {
        return malformed(
                "has another %s in its local header than in the zip directory".formatted(what));
    }

    private FileException malformed(String message) {
        return FileException.malformed(file.path(), at, text(message));
    }

    private String text(String message) {
        return "record %s %s".formatted(Printable.name(entry.getName()), message);
    }
}
