package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.CheckpointWriter;
import dev.weightsmith.io.ByteSink;
import dev.weightsmith.io.Staging;
import dev.weightsmith.plan.Plan;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the files of a lane, one open at a time.
final class LaneWriter implements AutoCloseable {
    private final Staging staging;
    private final Iterator<Plan.TensorFile> files;
    private final List<Report.Written> written = new ArrayList<>();
    private @Nullable Open open;

    private static final class Open {
        private final Plan.TensorFile file;
        private final ByteSink output;
        private final CheckpointWriter writer;
        private long remaining;

        Open(Plan.TensorFile file, ByteSink output) throws IOException {
            this.file = file;
            this.output = output;
            this.writer = file.layout().writer(output);
            this.remaining =
                    file.tensors().stream().mapToLong(tensor -> tensor.info().bytes()).sum();
        }
    }

    LaneWriter(Lane lane, Staging staging) {
        this.staging = staging;
        this.files = lane.files().iterator();
    }

    /// Writes the next rows, never of two tensors at once.
    void append(MemorySegment rows) throws IOException {
        Open current = open;
        while (current == null || current.remaining == 0) {
            current = next();
        }
        current.writer.append(rows);
        current.remaining -= rows.byteSize();
    }

    /// Ends the last file, and writes those that hold no rows.
    ///
    /// @return what was written, in order
    List<Report.Written> finish() throws IOException {
        while (files.hasNext()) {
            next();
        }
        seal();
        return written;
    }

    private Open next() throws IOException {
        seal();
        Plan.TensorFile file = files.next();
        ByteSink output = staging.create(file.name());
        try {
            Open next = new Open(file, output);
            open = next;
            return next;
        } catch (IOException | RuntimeException e) {
            output.close();
            throw e;
        }
    }

    private void seal() throws IOException {
        Open last = open;
        if (last == null) {
            return;
        }
        last.writer.finish();
        long position = last.output.position();
        if (position != last.file.layout().size()) {
            throw new IllegalStateException(
                    "%s: wrote %d bytes, planned %d"
                            .formatted(last.file.name(), position, last.file.layout().size()));
        }
        written.add(new Report.Written(last.file.name(), position, last.output.seal()));
        close();
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.output.close();
            open = null;
        }
    }
}
