package dev.weightsmith.format.gguf;

import dev.weightsmith.error.FileException;
import dev.weightsmith.io.ByteSource;
import dev.weightsmith.json.StrictJson;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Little-endian values of a file from front to back, through a window.
final class GgufReader {
    private static final int WINDOW = 1 << 16;

    private final ByteSource file;
    private final byte[] bytes = new byte[WINDOW];
    private final ByteBuffer window =
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowEnd;

    GgufReader(ByteSource file) {
        this.file = file;
    }

    /// The byte that will be read next.
    long position() {
        return windowEnd - window.remaining();
    }

    /// Bytes from [#position] to the end of the file.
    long remaining() {
        return file.size() - position();
    }

    int u8() throws IOException {
        need(1);
        return Byte.toUnsignedInt(window.get());
    }

    long u32() throws IOException {
        need(4);
        return Integer.toUnsignedLong(window.getInt());
    }

    /// 64 bits; an unsigned value of 2^63 or more comes out negative.
    long u64() throws IOException {
        need(8);
        return window.getLong();
    }

    byte[] bytes(int count) throws IOException {
        require(count);
        byte[] result = new byte[count];
        int buffered = Math.min(count, window.remaining());
        window.get(result, 0, buffered);
        if (buffered < count) {
            file.read(windowEnd, MemorySegment.ofArray(result).asSlice(buffered));
            windowEnd += count - buffered;
        }
        return result;
    }

    /// A string: its length in eight bytes, then strict UTF-8.
    ///
    /// @param what it is, for the message
    /// @param most bytes allowed
    String text(String what, long most) throws IOException {
        long at = position();
        long length = u64();
        if (length < 0 || length > remaining()) {
            throw FileException.malformed(
                    file.path(),
                    at,
                    "%s is %s bytes long, but only %d bytes follow"
                            .formatted(what, Long.toUnsignedString(length), remaining()));
        }
        if (length > most) {
            throw FileException.overLimit(
                    file.path(),
                    "%s is %d bytes long, expected at most %d".formatted(what, length, most));
        }
        return StrictJson.text(file.path(), position(), bytes((int) length));
    }

    /// Refuses a count whose entries cannot fit into what remains, before anything is made of it.
    ///
    /// @param what is counted, for the message
    /// @param smallest bytes of an entry
    int count(String what, long count, long at, int smallest, int most) throws IOException {
        if (count < 0 || count > remaining() / smallest) {
            throw FileException.malformed(
                    file.path(),
                    at,
                    "%s %s are announced, but only %d bytes follow"
                            .formatted(Long.toUnsignedString(count), what, remaining()));
        }
        if (count > most) {
            throw FileException.overLimit(
                    file.path(), "%d %s, expected at most %d".formatted(count, what, most));
        }
        return (int) count;
    }

    private void need(int count) throws IOException {
        if (window.remaining() >= count) {
            return;
        }
        require(count);
        window.compact();
        int more = (int) Math.min(window.remaining(), file.size() - windowEnd);
        file.read(windowEnd, MemorySegment.ofArray(bytes).asSlice(window.position(), more));
        windowEnd += more;
        window.position(window.position() + more).flip();
    }

    private void require(int count) throws IOException {
        if (count > remaining()) {
            throw FileException.malformed(
                    file.path(),
                    position(),
                    "ends at byte %d within its header, expected %d more bytes"
                            .formatted(file.size(), count));
        }
    }
}
