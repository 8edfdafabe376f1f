package dev.weightsmith.engine;

import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.FileException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.error.Problem;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import dev.weightsmith.plan.Recipe;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;

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
    /// @throws FileException if even the smallest do not
    static Chunking of(Plan plan, EngineOptions options) throws IOException {
        List<List<Recipe>> tensors =
                Lane.groups(plan).stream()
                        .flatMap(lanes -> Lane.together(lanes).stream())
                        .map(Chunking::recipes)
                        .toList();
        // One chunk for each worker, one being written, one that waits to be.
        int buffers = options.threads() + 2;
        long factors =
                tensors.stream()
                                .mapToLong(recipes ->
                                        recipes.stream()
                                                .mapToLong(LoraFactors::bytes)
                                                .max()
                                                .orElse(0))
                                .max()
                                .orElse(0)
                        * buffers;
        for (long target = LARGEST_TARGET; ; target /= 2) {
            long chunk = 0;
            long scratch = 0;
            for (List<Recipe> recipes : tensors) {
                long rows = rows(recipes, target);
                chunk = Math.max(chunk, chunkBytes(recipes, rows));
                scratch = Math.max(scratch, scratchBytes(recipes, rows));
            }
            long bytes = factors + buffers * chunk + options.threads() * scratch;
            if (bytes <= options.rowMemory()) {
                return new Chunking(target, options.threads(), buffers, chunk, scratch, bytes);
            }
            if (target == SMALLEST_TARGET) {
                throw tooLittle(plan, options, bytes);
            }
        }
    }

    private static FileException tooLittle(Plan plan, EngineOptions options, long rows) {
        long needed = options.process() + rows;
        // The heap of the next run may end up a step larger.
        long enough = Math.ceilDiv(needed + HEAP_STEP, 10_000_000L) * 10;
        return new FileException(
                Problem.of(
                                ErrorKind.LIMIT,
                                plan.target(),
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
    Iterator<ChunkTask> tasks(List<Lane> lanes) {
        return Lane.together(lanes).stream()
                .flatMap(tensors -> ChunkTask.of(tensors, rows(recipes(tensors), target)).stream())
                .iterator();
    }

    /// The memory of a run; the caller closes it.
    ChunkPool pool() {
        return new ChunkPool(threads, buffers, chunkBytes, scratchBytes);
    }

    private static List<Recipe> recipes(List<PlannedTensor> tensors) {
        return tensors.stream().map(PlannedTensor::recipe).toList();
    }

    private static long rows(List<Recipe> recipes, long target) {
        long all = recipes.getFirst().shape().rows();
        long rowBytes =
                Math.max(
                        chunkBytes(recipes, 1), recipes.getFirst().shape().columns() * Float.BYTES);
        long rows = Math.clamp(target / Math.max(1, rowBytes), 1, Math.max(1, all));
        long step = recipes.stream().mapToLong(RowMaker::step).max().orElse(1);
        return rows >= step ? rows / step * step : rows;
    }

    private static long chunkBytes(List<Recipe> recipes, long rows) {
        return recipes.stream()
                .mapToLong(recipe ->
                        Scratch.rounded(rows * recipe.dtype().bytes(recipe.shape().columns())))
                .sum();
    }

    private static long scratchBytes(List<Recipe> recipes, long rows) {
        long shared =
                ChunkTask.shared(recipes).stream()
                        .mapToLong(recipe -> RowMaker.sharedBytes(recipe, rows))
                        .sum();
        LongStream each = recipes.stream().mapToLong(r -> RowMaker.scratchBytes(r, rows));
        return shared + each.max().orElse(0);
    }
}
