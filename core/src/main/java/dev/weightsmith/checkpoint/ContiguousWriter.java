package dev.weightsmith.checkpoint;

import dev.weightsmith.io.ByteSink;
import dev.weightsmith.tensor.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Writes exactly the bytes that a layout announced: a tensor too short or too long is a defect of
/// the caller and stops the file.
final class ContiguousWriter implements CheckpointWriter {
    private static final int LARGEST_PADDING = 1 << 16;

    private final FileLayout layout;
    private final ByteSink file;
    private int current;
    private long left;

    /// @param file holds the header already
    ContiguousWriter(FileLayout layout, ByteSink file) throws IOException {
        this.layout = layout;
        this.file = file;
        begin(0);
    }

    @Override
    public void append(MemorySegment bytes) throws IOException {
        if (bytes.byteSize() == 0) {
            return;
        }
        if (current == layout.tensors().size()) {
            throw new IllegalStateException(bytes.byteSize() + " bytes after the last tensor");
        }
        if (bytes.byteSize() > left) {
            throw new IllegalStateException(
                    "%s: %d bytes, expected at most %d"
                            .formatted(name(current), bytes.byteSize(), left));
        }
        file.write(bytes);
        left -= bytes.byteSize();
        if (left == 0) {
            begin(current + 1);
        }
    }

    @Override
    public void finish() throws IOException {
        if (current < layout.tensors().size()) {
            throw new IllegalStateException(
                    "%s: %d bytes are missing".formatted(name(current), left));
        }
        if (file.position() != layout.size()) {
            throw new IllegalStateException(
                    "%d bytes were written, expected %d".formatted(file.position(), layout.size()));
        }
    }

    /// Goes to tensor `index`, or to the first after it that has bytes, or to the end.
    private void begin(int index) throws IOException {
        current = index;
        left = 0;
        while (current < layout.tensors().size()) {
            left = layout.tensors().get(current).bytes();
            if (left > 0) {
                pad(layout.offset(current));
                return;
            }
            current++;
        }
        pad(layout.size());
    }

    private void pad(long position) throws IOException {
        while (file.position() < position) {
            file.write(new byte[(int) Math.min(LARGEST_PADDING, position - file.position())]);
        }
    }

    private String name(int index) {
        TensorInfo tensor = layout.tensors().get(index);
        return "tensor " + tensor.name();
    }
}
