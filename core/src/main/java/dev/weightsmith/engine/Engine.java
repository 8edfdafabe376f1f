package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Checkpoint;
import dev.weightsmith.error.FileException;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.io.Staging;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.Recipes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Carries out plans: the loop in which every byte travels, and the only class with threads.
///
/// Workers make chunks of rows; this thread appends them in file order. A chunk is made when a
/// buffer is free for it, so that memory is a few chunks whatever the model's size, and the order
/// of appending, not of making, decides the bytes.
public final class Engine {
    private final Plan plan;
    private final EngineOptions options;
    private final Progress progress;

    private Engine(Plan plan, EngineOptions options, Progress progress) {
        this.plan = plan;
        this.options = options;
        this.progress = progress;
    }

    /// Writes what `plan` says. Afterwards the target is complete, or is as it was before.
    ///
    /// @throws FileException if an input is wrong or an output cannot be written
    public static Report run(Plan plan, EngineOptions options, Progress progress)
            throws IOException {
        return new Engine(plan, options, progress).run();
    }

    /// The files that would give way to what `plan` says.
    ///
    /// @throws FileException if one may not, or is an input
    public static Displaced displaced(Plan plan, EngineOptions options) throws IOException {
        new Engine(plan, options, Progress.NONE).requireApartFromInputs();
        return destination(plan).displaced(options.overwrite());
    }

    /// Where the files of `plan` will be. GGUF files, each a model by itself, join what is in their
    /// folder; all else is a folder as a whole.
    public static Destination destination(Plan plan) {
        if (!plan.folder()) {
            return Destination.model(plan.target());
        }
        List<String> names =
                Stream.concat(
                                plan.tensorFiles().stream().map(Plan.TensorFile::name),
                                plan.textFiles().stream().map(Plan.TextFile::name))
                        .toList();
        return !names.isEmpty() && names.stream().allMatch(name -> name.endsWith(".gguf"))
                ? Destination.addition(plan.target(), names, "--out")
                : Destination.folder(plan.target(), names);
    }

    /// The memory that the process takes in a run, at most, in bytes.
    ///
    /// @throws FileException if even the smallest chunks do not fit `options`
    public static long memory(Plan plan, EngineOptions options) throws IOException {
        return options.process() + Chunking.of(plan, options).bytes();
    }

    /// Which kernels do the arithmetic on this machine, in one line.
    public static String kernels() {
        return Kernels.description();
    }

    /// What [#run] does first: what killed jobs have left of the output goes, and then it is clear
    /// whether there is room for it and nothing in its way.
    ///
    /// @throws FileException if not
    public static void prepare(Plan plan, EngineOptions options) throws IOException {
        new Engine(plan, options, Progress.NONE).prepare();
    }

    private void prepare() throws IOException {
        requireApartFromInputs();
        Staging.prepare(destination(plan), options.overwrite());
        DiskSpace.of(plan).require();
    }

    private Report run() throws IOException {
        long start = System.nanoTime();
        prepare();
        Chunking chunking = Chunking.of(plan, options);
        try (var staging = Staging.open(destination(plan), options.overwrite())) {
            var written = new ArrayList<Report.Written>();
            progress.begin("writing " + plan.target().getFileName(), plan.bytes());
            try {
                for (List<Lane> together : Lane.groups(plan)) {
                    written.addAll(write(together, staging, chunking));
                }
                for (Plan.TextFile text : plan.textFiles()) {
                    written.add(write(text, staging));
                }
                for (Checkpoint source : sources()) {
                    source.verify();
                }
                staging.publish();
            } finally {
                progress.end();
            }
            return new Report(plan.target(), written, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /// Writes lanes side by side.
    private List<Report.Written> write(List<Lane> lanes, Staging staging, Chunking chunking)
            throws IOException {
        var writers = new ArrayList<LaneWriter>();
        lanes.forEach(lane -> writers.add(new LaneWriter(lane, staging)));
        try {
            pump(lanes, writers, chunking);
            var written = new ArrayList<Report.Written>();
            for (LaneWriter writer : writers) {
                written.addAll(writer.finish());
            }
            return written;
        } finally {
            for (LaneWriter writer : writers) {
                writer.close();
            }
        }
    }

    private Report.Written write(Plan.TextFile text, Staging staging) throws IOException {
        try (OutputFile output = staging.create(text.name())) {
            output.write(text.bytes());
            progress.advance(text.bytes().length);
            return new Report.Written(text.name(), text.bytes().length, output.seal());
        }
    }

    /// Keeps workers busy with the chunks to come and appends the chunks that are done.
    private void pump(List<Lane> lanes, List<LaneWriter> writers, Chunking chunking)
            throws IOException {
        Iterator<ChunkTask> tasks = chunking.tasks(lanes);
        var pending = new ArrayDeque<Future<Chunk>>();
        ExecutorService workers =
                Executors.newFixedThreadPool(
                        options.threads(), Thread.ofPlatform().name("rows-", 0).factory());
        try (var pool = chunking.pool()) {
            try {
                while (tasks.hasNext() || !pending.isEmpty()) {
                    while (tasks.hasNext() && pending.size() < pool.buffers()) {
                        ChunkTask task = tasks.next();
                        pending.add(workers.submit(() -> task.make(pool)));
                    }
                    try (Chunk chunk = pending.remove().get()) {
                        for (int i = 0; i < writers.size(); i++) {
                            writers.get(i).append(chunk.rows(i));
                            progress.advance(chunk.rows(i).byteSize());
                        }
                    }
                }
            } finally {
                // The workers' memory goes with the pool, so they must be gone first.
                pending.forEach(future -> future.cancel(false));
                workers.close();
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    static IOException unwrapped(ExecutionException thrown) {
        return switch (thrown.getCause()) {
            case null -> throw new IllegalStateException(thrown);
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        };
    }

    private Set<Checkpoint> sources() {
        var sources = new LinkedHashSet<Checkpoint>();
        for (Plan.TensorFile file : plan.tensorFiles()) {
            file.tensors().forEach(tensor -> sources.addAll(Recipes.sources(tensor.recipe())));
        }
        return sources;
    }

    private void requireApartFromInputs() throws IOException {
        var inputs = new ArrayList<>(options.inputs());
        sources().forEach(source -> inputs.addAll(source.files()));
        destination(plan).requireApartFrom(inputs);
    }
}
