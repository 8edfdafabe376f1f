package dev.weightsmith.json;

import dev.weightsmith.error.FileException;
import dev.weightsmith.io.ByteSource;
import java.io.IOException;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Part of a file as characters, strictly decoded, through a small window: a header of 100 MB costs
/// no memory of that size.
///
/// The reader does not own the file. It must be given room for two characters at least.
final class Utf8Reader extends Reader {
    private static final int WINDOW = 1 << 16;

    private final ByteSource file;
    private final long end;
    // A new decoder reports malformed input; it never replaces it.
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final byte[] bytes = new byte[WINDOW];
    private final ByteBuffer window = ByteBuffer.wrap(bytes).limit(0);
    private long next;

    Utf8Reader(ByteSource file, long offset, long length) {
        this.file = file;
        this.next = offset;
        this.end = Math.addExact(offset, length);
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
        var characters = CharBuffer.wrap(target, from, length);
        while (characters.position() == from) {
            CoderResult result = decoder.decode(window, characters, next == end);
            if (result.isError()) {
                throw FileException.malformed(
                        file.path(), next - window.remaining(), "is not valid UTF-8");
            }
            if (characters.position() == from) {
                if (next == end) {
                    return -1;
                }
                fill();
            }
        }
        return characters.position() - from;
    }

    private void fill() throws IOException {
        window.compact();
        int count = (int) Math.min(window.remaining(), end - next);
        file.read(next, MemorySegment.ofArray(bytes).asSlice(window.position(), count));
        next += count;
        window.position(window.position() + count).flip();
    }

    @Override
    public void close() {}
}
