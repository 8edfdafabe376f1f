package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.rows.TensorRows;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// How a plan's tensors are cut into chunks of rows so that memory stays within its bound.
///
/// @param target bytes that a chunk's rows should take as float32 or as written, the larger
/// @param buffers chunks that may exist at once
/// @param chunkBytes the largest chunk as written, all lanes together
/// @param scratchBytes the most that making one chunk takes besides
/// @param bytes all native memory of a run
record Chunking(
        long target, int threads, int buffers, long chunkBytes, long scratchBytes, long bytes) {
    /// Rows still in a processor's cache are folded, digested and written in two thirds of the
    /// time.
    private static final long LARGEST_TARGET = 1L << 20;

    private static final long SMALLEST_TARGET = 64L << 10;

    private static final long HEAP_STEP = 4L << 20;

    /// The largest chunks that keep within `options`.
    ///
    /// @param output for messages
    /// @throws FileException if even the smallest do not
    static Chunking of(Plan plan, Path output, EngineOptions options) throws IOException {
        List<TensorRows> tensors =
                Lane.groups(plan).stream()
                        .flatMap(lanes -> Lane.together(lanes).stream())
                        .map(Chunking::rows)
                        .toList();
        // One chunk for each worker, one being written, one that waits to be.
        int buffers = options.threads() + 2;
        long held = tensors.stream().mapToLong(TensorRows::heldBytes).max().orElse(0) * buffers;
        for (long target = LARGEST_TARGET; ; target /= 2) {
            long chunk = 0;
            long scratch = 0;
            for (TensorRows tensor : tensors) {
                long count = count(tensor, target);
                chunk = Math.max(chunk, tensor.bytes(count));
                scratch = Math.max(scratch, tensor.scratchBytes(count));
            }
            long bytes = held + buffers * chunk + options.threads() * scratch;
            if (bytes <= options.rowMemory()) {
                return new Chunking(target, options.threads(), buffers, chunk, scratch, bytes);
            }
            if (target == SMALLEST_TARGET) {
                throw tooLittle(output, options, bytes);
            }
        }
    }

    private static FileException tooLittle(Path output, EngineOptions options, long rows) {
        long needed = options.process() + rows;
        // The heap of the next run may end up a step larger.
        long enough = Math.ceilDiv(needed + HEAP_STEP, 10_000_000L) * 10;
        return new FileException(
                Problem.of(
                                ErrorKind.LIMIT,
                                output,
                                "needs %s of memory (%s for the program, %s for rows), --max-memory is %s"
                                        .formatted(
                                                Printable.size(needed),
                                                Printable.size(options.process()),
                                                Printable.size(rows),
                                                Printable.size(options.maxMemory())))
                        .withHint(
                                "the smallest that works is --max-memory %dMB, or less with fewer --threads"
                                        .formatted(enough)));
    }

    /// The chunks of lanes that are written side by side, in file order.
    Stream<ChunkTask> tasks(List<Lane> lanes, Sources sources) {
        return Lane.together(lanes).stream().flatMap(tensors -> chunks(tensors, sources));
    }

    private Stream<ChunkTask> chunks(List<PlannedTensor> tensors, Sources sources) {
        TensorRows made = rows(tensors);
        return ChunkTask.of(tensors, made, sources, count(made, target)).stream();
    }

    /// The memory of a run; the caller closes it.
    ChunkPool pool() {
        return new ChunkPool(threads, buffers, chunkBytes, scratchBytes);
    }

    private static TensorRows rows(List<PlannedTensor> tensors) {
        return TensorRows.of(tensors.stream().map(PlannedTensor::recipe).toList());
    }

    /// Rows of a chunk.
    private static long count(TensorRows tensor, long target) {
        long rowBytes = Math.max(tensor.bytes(1), tensor.columns() * Float.BYTES);
        long rows = Math.clamp(target / Math.max(1, rowBytes), 1, Math.max(1, tensor.rows()));
        long step = tensor.step();
        return rows >= step ? rows / step * step : rows;
    }
}
