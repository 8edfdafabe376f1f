package dev.weightsmith.format.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One stored member as PyTorch 1.13's zip writer lays it out: no date, no version, sizes and CRC
/// in a data descriptor, padding that puts the data on a 64-byte boundary.
///
/// zip64 extra fields stand where the size or the offset needs them, and the data descriptor is
/// then the long one. PyTorch's zip writer sets the packed size in the local extra field to 0,
/// since it does not know it yet; the directory has the true one.
///
/// @param name with the root folder
/// @param size of the data
/// @param offset of the local header
record ZipMember(String name, long size, long offset) {
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_SIZE = 30;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_SIZE = 46;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int ALIGNMENT = 64;
    private static final long LARGEST_32 = 0xffffffffL;

    /// Where the data begins.
    long dataOffset() {
        return offset + header().length;
    }

    /// Where the next member begins.
    long end() {
        return dataOffset() + size + descriptor(0).length;
    }

    /// All that stands before the data.
    byte[] header() {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] zip64 = zip64(0);
        long start = offset + LOCAL_SIZE + bytes.length + zip64.length + 4;
        int padding = (int) (-start & (ALIGNMENT - 1));
        byte[] header = new byte[LOCAL_SIZE + bytes.length + zip64.length + 4 + padding];
        Arrays.fill(header, (byte) 'Z');
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(LOCAL)
                .putShort((short) 0)
                .putShort((short) flags())
                .putShort((short) 0) // stored
                .putInt(0) // no date
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putShort((short) bytes.length)
                .putShort((short) (zip64.length + 4 + padding))
                .put(bytes)
                .put(zip64)
                .put((byte) 'F')
                .put((byte) 'B')
                .putShort((short) padding);
        return header;
    }

    /// What follows the data; nothing when there is none.
    byte[] descriptor(int crc) {
        if (size == 0) {
            return new byte[0];
        }
        if (isLarge()) {
            return little(24).putInt(DESCRIPTOR).putInt(crc).putLong(size).putLong(size).array();
        }
        return little(16)
                .putInt(DESCRIPTOR)
                .putInt(crc)
                .putInt((int) size)
                .putInt((int) size)
                .array();
    }

    /// The entry in the zip's directory.
    byte[] central(int crc) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] zip64 = zip64(size);
        return little(CENTRAL_SIZE + bytes.length + zip64.length)
                .putInt(CENTRAL)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) flags())
                .putShort((short) 0)
                .putInt(0)
                .putInt(crc)
                .putInt((int) Math.min(size, LARGEST_32))
                .putInt((int) Math.min(size, LARGEST_32))
                .putShort((short) bytes.length)
                .putShort((short) zip64.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt((int) Math.min(offset, LARGEST_32))
                .put(bytes)
                .put(zip64)
                .array();
    }

    /// UTF-8 names; a data descriptor where there is data.
    private int flags() {
        return size == 0 ? 0x800 : 0x808;
    }

    private boolean isLarge() {
        return size >= LARGEST_32 || offset >= LARGEST_32;
    }

    private byte[] zip64(long packed) {
        if (!isLarge()) {
            return new byte[0];
        }
        int length = (size >= LARGEST_32 ? 16 : 0) + (offset >= LARGEST_32 ? 8 : 0);
        byte[] bytes = new byte[4 + length];
        var field =
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) 1)
                        .putShort((short) length);
        if (size >= LARGEST_32) {
            field.putLong(size).putLong(packed);
        }
        if (offset >= LARGEST_32) {
            field.putLong(offset);
        }
        return bytes;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
