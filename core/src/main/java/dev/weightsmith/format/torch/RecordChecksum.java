package dev.weightsmith.format.torch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.TreeMap;

/// The CRC of one record, gathered from the pieces in which threads happen to read it.
///
/// Nothing is read twice for its sake: [#complete] reads only what nobody read.
final class RecordChecksum {
    /// More pieces are not kept but read again: a bound on memory when single columns of a large
    /// matrix are read.
    private static final int MOST_PIECES = 1 << 14;

    private record Piece(long length, int crc) {}

    private final long size;
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();

    RecordChecksum(long size) {
        this.size = size;
    }

    /// Takes note of `bytes`, read at `offset` of the record.
    void add(long offset, MemorySegment bytes) {
        long end = offset + bytes.byteSize();
        for (long from = offset; from < end; ) {
            long start;
            long stop;
            synchronized (this) {
                start = Math.min(end, firstUnknown(from));
                var next = pieces.ceilingKey(start);
                stop = next == null ? end : Math.min(end, next);
            }
            if (start < stop) {
                int crc = Crc32.of(bytes.asSlice(start - offset, stop - start));
                insert(start, new Piece(stop - start, crc));
            }
            from = Math.max(stop, start);
        }
    }

    synchronized boolean isTouched() {
        return !pieces.isEmpty();
    }

    /// The CRC of the whole record, after reading what is missing through `source`.
    int complete(Source source) throws IOException {
        byte[] buffer = new byte[(int) Math.min(1 << 20, size)];
        for (long from = firstMissing(); from < size; from = firstMissing()) {
            long stop = nextKnown(from);
            var bytes =
                    MemorySegment.ofArray(buffer).asSlice(0, Math.min(buffer.length, stop - from));
            source.read(from, bytes);
            add(from, bytes);
        }
        synchronized (this) {
            var whole = pieces.get(0L);
            return whole == null ? 0 : whole.crc();
        }
    }

    /// Where the bytes of the record come from.
    @FunctionalInterface
    interface Source {
        void read(long offset, MemorySegment destination) throws IOException;
    }

    private synchronized long firstMissing() {
        return firstUnknown(0);
    }

    private synchronized long nextKnown(long from) {
        var next = pieces.ceilingKey(from);
        return next == null ? size : next;
    }

    /// The first byte at or after `from` that is in no piece.
    private long firstUnknown(long from) {
        var before = pieces.floorEntry(from);
        // Neighbours are joined as they come, so the end of a piece is in no other.
        return before == null ? from : Math.max(from, before.getKey() + before.getValue().length());
    }

    private synchronized void insert(long start, Piece piece) {
        long end = start + piece.length();
        var before = pieces.floorEntry(start);
        var after = pieces.ceilingEntry(start);
        if ((before != null && before.getKey() + before.getValue().length() > start)
                || (after != null && after.getKey() < end)) {
            return; // another thread was first
        }
        var joined = piece;
        long joinedStart = start;
        if (before != null && before.getKey() + before.getValue().length() == start) {
            joinedStart = before.getKey();
            joined = joined(before.getValue(), joined);
            pieces.remove(before.getKey());
        }
        if (after != null && after.getKey() == end) {
            joined = joined(joined, after.getValue());
            pieces.remove(after.getKey());
        }
        if (pieces.size() < MOST_PIECES || joinedStart == 0) {
            pieces.put(joinedStart, joined);
        }
    }

    private static Piece joined(Piece first, Piece second) {
        return new Piece(
                first.length() + second.length(),
                Crc32.join(first.crc(), second.crc(), second.length()));
    }
}
