package dev.weightsmith.format.torch;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Problem;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The bytes of one pickle, read forwards, each with its place in the file.
final class PickleStream {
    /// No pickle is longer (docs/specs/hostile-inputs.md#limits).
    static final int LONGEST = 256 << 20;

    private static final int LONGEST_TEXT = 64 << 20;
    private static final int LONGEST_LINE = 1024;
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final String title;
    private final long start;
    private final boolean inFile;
    private final long length;
    private final Refill refill;

    private final byte[] buffer;
    private long bufferStart;
    private int filled;
    private int index;

    @FunctionalInterface
    private interface Refill {
        void read(long position, MemorySegment destination) throws IOException;
    }

    private PickleStream(
            Path file,
            String title,
            long start,
            boolean inFile,
            long length,
            byte[] buffer,
            int filled,
            Refill refill) {
        this.file = file;
        this.title = title;
        this.start = start;
        this.inFile = inFile;
        this.length = length;
        this.buffer = buffer;
        this.filled = filled;
        this.refill = refill;
    }

    /// A pickle that was unpacked from `file`, where its bytes are not as they are here.
    static PickleStream unpacked(Path file, String title, byte[] bytes) {
        return new PickleStream(
                file, title, 0, false, bytes.length, bytes, bytes.length, (position, into) -> {});
    }

    /// A pickle that lies in `file` from `start` on.
    static PickleStream stored(Path file, String title, long start, byte[] bytes) {
        return new PickleStream(
                file,
                title,
                start,
                true,
                bytes.length,
                bytes,
                bytes.length,
                (position, into) -> {});
    }

    /// A pickle of unknown length that begins at `start`; it is read as far as it goes.
    static PickleStream from(ByteSource file, String title, long start) {
        return new PickleStream(
                file.path(),
                title,
                start,
                true,
                Math.min(LONGEST, file.size() - start),
                new byte[BUFFER],
                0,
                (position, into) -> file.read(start + position, into));
    }

    /// Bytes read so far.
    long position() {
        return bufferStart + index;
    }

    /// Bytes of the pickle and of what may follow it.
    long length() {
        return length;
    }

    int unsigned8() throws IOException {
        require(1);
        return Byte.toUnsignedInt(buffer[index++]);
    }

    int unsigned16() throws IOException {
        return little(2).getShort() & 0xffff;
    }

    int signed32() throws IOException {
        return little(4).getInt();
    }

    long unsigned32() throws IOException {
        return Integer.toUnsignedLong(signed32());
    }

    long signed64() throws IOException {
        return little(8).getLong();
    }

    /// The next `count` bytes.
    byte[] bytes(long count) throws IOException {
        remain(count);
        if (count > LONGEST_TEXT) {
            throw fault(
                    ErrorKind.LIMIT,
                    position(),
                    "holds a string of %d bytes, the limit is %d".formatted(count, LONGEST_TEXT));
        }
        byte[] bytes = new byte[(int) count];
        for (int done = 0; done < bytes.length; ) {
            require(1);
            int part = Math.min(bytes.length - done, filled - index);
            System.arraycopy(buffer, index, bytes, done, part);
            index += part;
            done += part;
        }
        return bytes;
    }

    /// The next `count` bytes as strict UTF-8.
    String text(long count) throws IOException {
        long at = position();
        byte[] bytes = bytes(count);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw fault(ErrorKind.MALFORMED, at, "holds a string that is not UTF-8");
        }
    }

    /// The characters up to the next line feed, which is read too.
    String line() throws IOException {
        long at = position();
        var line = new StringBuilder();
        for (int b = unsigned8(); b != '\n'; b = unsigned8()) {
            if (b >= 0x80 || line.length() == LONGEST_LINE) {
                throw fault(ErrorKind.REFUSED, at, "asks for a name that is no Python name");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    /// @throws FileException if fewer than `count` bytes follow
    void remain(long count) throws FileException {
        if (count < 0 || count > length - position()) {
            if (length == LONGEST) {
                throw fault(
                        ErrorKind.LIMIT, position(), "is longer than %d bytes".formatted(LONGEST));
            }
            throw fault(
                    ErrorKind.MALFORMED,
                    position(),
                    "ends after %d more bytes, expected %s"
                            .formatted(length - position(), Long.toUnsignedString(count)));
        }
    }

    /// An error at byte `position` of this pickle.
    FileException fault(ErrorKind kind, long position, String message) {
        var problem =
                Problem.of(kind, file, "%s %s, byte %d of it".formatted(title, message, position));
        return new FileException(inFile ? problem.at(start + position) : problem);
    }

    private ByteBuffer little(int count) throws IOException {
        require(count);
        var bytes = ByteBuffer.wrap(buffer, index, count).order(ByteOrder.LITTLE_ENDIAN);
        index += count;
        return bytes;
    }

    /// Makes the next `count` bytes, at most eight, stand in the buffer.
    private void require(int count) throws IOException {
        remain(count);
        if (filled - index >= count) {
            return;
        }
        System.arraycopy(buffer, index, buffer, 0, filled - index);
        bufferStart += index;
        filled -= index;
        index = 0;
        int more = (int) Math.min(buffer.length - filled, length - bufferStart - filled);
        refill.read(bufferStart + filled, MemorySegment.ofArray(buffer).asSlice(filled, more));
        filled += more;
    }
}
