package dev.weightsmith.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Off-heap memory of an exact size, between canary bytes that nobody may touch.
///
/// It begins at an odd multiple of four bytes, as a row in the middle of a chunk may.
final class Buffer {
    private static final int FENCE = 196;
    private static final byte CANARY = (byte) 0xC5;

    private final MemorySegment fenced;
    private final MemorySegment inside;

    Buffer(Arena arena, long bytes) {
        fenced = arena.allocate(bytes + 2 * FENCE, 64);
        fenced.fill(CANARY);
        inside = fenced.asSlice(FENCE, bytes);
    }

    static Buffer of(Arena arena, byte[] content) {
        var buffer = new Buffer(arena, content.length);
        MemorySegment.copy(content, 0, buffer.inside, Layouts.BYTE, 0, content.length);
        return buffer;
    }

    static Buffer of(Arena arena, float[] content) {
        var buffer = new Buffer(arena, (long) content.length * Float.BYTES);
        MemorySegment.copy(content, 0, buffer.inside, Layouts.FLOAT, 0, content.length);
        return buffer;
    }

    MemorySegment segment() {
        return inside;
    }

    byte[] bytes() {
        return inside.toArray(Layouts.BYTE);
    }

    void assertFenceIntact() {
        var fence = new byte[FENCE];
        Arrays.fill(fence, CANARY);
        assertThat(fenced.asSlice(0, FENCE).toArray(Layouts.BYTE)).isEqualTo(fence);
        assertThat(fenced.asSlice(fenced.byteSize() - FENCE).toArray(Layouts.BYTE))
                .isEqualTo(fence);
    }
}
