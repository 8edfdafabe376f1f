package dev.weightsmith.format.torch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads rows of a view, whatever its strides, into contiguous memory.
///
/// Contiguous views are read straight into place. Others are walked in the order of the storage,
/// not of the tensor, through a window of fixed size, so that a transposed matrix costs neither a
/// copy of itself nor a read per element.
final class ViewReader {
    private static final int WINDOW = 1 << 16;

    /// Elements this far apart are read one by one rather than with all that lies between.
    private static final int FAR = 1 << 12;

    private final StorageBytes storage;
    private final TensorView view;
    private final int elementBytes;

    private final byte[] window = new byte[WINDOW];
    private long windowStart;
    private int windowLength;
    private int fill;

    /// One dimension of a box: its elements, and their distance here and there.
    private record Axis(long count, long from, long to) {}

    private ViewReader(StorageBytes storage, TensorView view, int elementBytes) {
        this.storage = storage;
        this.view = view;
        this.elementBytes = elementBytes;
    }

    /// Reads rows `first` to `first + count` of `view`.
    static void read(
            StorageBytes storage,
            TensorView view,
            int elementBytes,
            long first,
            long count,
            MemorySegment destination)
            throws IOException {
        if (destination.byteSize() == 0) {
            return;
        }
        if (view.isContiguous()) {
            long element = view.offset() + first * view.shape().columns();
            storage.read(element * elementBytes, destination);
            return;
        }
        new ViewReader(storage, view, elementBytes).gather(first, count, destination);
    }

    /// Splits the rows into boxes: what is one run of rows in a tensor of three dimensions and more
    /// is none in its storage.
    private void gather(long first, long count, MemorySegment destination) throws IOException {
        var shape = view.shape();
        int rank = shape.rank();
        int rowAxis = Math.max(0, rank - 2);
        long rowsPerBox = shape.dimension(rowAxis);
        long columns = shape.columns();
        var columnAxis =
                rank < 2 ? new Axis(1, 0, 0) : new Axis(columns, view.strides()[rank - 1], 1);
        for (long row = first; row < first + count; ) {
            long inBox = row % rowsPerBox;
            long rows = Math.min(first + count - row, rowsPerBox - inBox);
            long stride = view.strides()[rowAxis];
            long from = view.offset() + outerOffset(row / rowsPerBox) + inBox * stride;
            box(
                    from,
                    new Axis(rows, stride, columns),
                    columnAxis,
                    destination.asSlice((row - first) * columns * elementBytes));
            row += rows;
        }
    }

    /// Where box `index` begins, counted in elements from the view's offset.
    private long outerOffset(long index) {
        long offset = 0;
        for (int axis = view.shape().rank() - 3; axis >= 0; axis--) {
            long size = view.shape().dimension(axis);
            offset += index % size * view.strides()[axis];
            index /= size;
        }
        return offset;
    }

    private void box(long from, Axis rows, Axis columns, MemorySegment destination)
            throws IOException {
        boolean rowsOutside =
                columns.count() > 1 && (rows.from() >= columns.from() || rows.count() == 1);
        Axis outer = rowsOutside ? rows : columns;
        Axis inner = rowsOutside ? columns : rows;
        choose(outer, inner);
        for (long i = 0; i < outer.count(); i++) {
            line(from + i * outer.from(), i * outer.to(), inner, destination);
        }
    }

    /// Chooses how much to read at a time: the window, one line, or one element.
    private void choose(Axis outer, Axis inner) {
        long line = ((inner.count() - 1) * inner.from() + 1) * elementBytes;
        long gap = outer.count() == 1 ? 0 : outer.from() * elementBytes - line;
        if (inner.count() > 1 && inner.from() * elementBytes > FAR) {
            fill = elementBytes;
        } else if (gap > FAR) {
            fill = (int) Math.min(WINDOW, line);
        } else {
            fill = WINDOW;
        }
    }

    private void line(long from, long to, Axis axis, MemorySegment destination) throws IOException {
        if (axis.from() == 1 && axis.to() == 1) {
            run(from, to, axis.count(), destination);
            return;
        }
        for (long k = 0; k < axis.count(); k++) {
            int at = see((from + k * axis.from()) * elementBytes, elementBytes);
            put(at, destination, (to + k * axis.to()) * elementBytes);
        }
    }

    /// A run that is contiguous on both sides.
    private void run(long from, long to, long count, MemorySegment destination) throws IOException {
        long bytes = count * elementBytes;
        if (bytes >= FAR || bytes > fill) {
            storage.read(from * elementBytes, destination.asSlice(to * elementBytes, bytes));
            return;
        }
        int at = see(from * elementBytes, (int) bytes);
        MemorySegment.copy(
                MemorySegment.ofArray(window), at, destination, to * elementBytes, bytes);
    }

    /// Where in the window byte `offset` of the storage stands, with `length` bytes from there on.
    private int see(long offset, int length) throws IOException {
        if (offset < windowStart || offset + length > windowStart + windowLength) {
            windowStart = offset;
            windowLength = (int) Math.min(Math.max(fill, length), storage.size() - offset);
            storage.read(offset, MemorySegment.ofArray(window).asSlice(0, windowLength));
        }
        return (int) (offset - windowStart);
    }

    private void put(int at, MemorySegment destination, long to) {
        var source = MemorySegment.ofArray(window);
        switch (elementBytes) {
            case 1 -> destination.set(ValueLayout.JAVA_BYTE, to, window[at]);
            case 2 ->
                    destination.set(
                            ValueLayout.JAVA_SHORT_UNALIGNED,
                            to,
                            source.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
            case 4 ->
                    destination.set(
                            ValueLayout.JAVA_INT_UNALIGNED,
                            to,
                            source.get(ValueLayout.JAVA_INT_UNALIGNED, at));
            default -> MemorySegment.copy(source, at, destination, to, elementBytes);
        }
    }
}
