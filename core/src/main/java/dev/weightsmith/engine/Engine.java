package dev.weightsmith.engine;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.FileException;
import dev.weightsmith.io.Destination;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.io.OutputFile;
import dev.weightsmith.io.Staging;
import dev.weightsmith.kernel.Kernels;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// Carries out a plan: the loop in which every byte travels.
///
/// Workers make chunks of rows; this thread appends them in file order. A chunk is made when a
/// buffer is free for it, so that memory is a few chunks whatever the model's size, and the order
/// of appending, not of making, decides the bytes.
public final class Engine {
    private final Plan plan;
    private final Path target;
    private final Sources sources;
    private final EngineOptions options;

    /// @param target the file or folder that gets its name when all is complete
    /// @param sources at least those of the plan, open
    public Engine(Plan plan, Path target, Sources sources, EngineOptions options) {
        this.plan = plan;
        this.target = target;
        this.sources = sources;
        this.options = options;
    }

    /// What must hold before an output gets its name.
    @FunctionalInterface
    public interface Condition {
        /// Nothing more than the engine's own.
        Condition NONE = () -> {};

        /// @throws IOException if it does not hold; then the output does not get its name
        void require() throws IOException;
    }

    /// Where the files will be. GGUF files, each a model by itself, join what is in their folder;
    /// all else is a folder as a whole.
    public Destination destination() {
        if (!plan.folder()) {
            return Destination.model(target);
        }
        List<String> names =
                Stream.concat(
                                plan.tensorFiles().stream().map(Plan.TensorFile::name),
                                plan.textFiles().stream().map(Plan.TextFile::name))
                        .toList();
        return !names.isEmpty() && names.stream().allMatch(name -> name.endsWith(".gguf"))
                ? Destination.addition(target, names, "--out")
                : Destination.folder(target, names);
    }

    /// The files that would give way.
    ///
    /// @throws FileException if one may not, or is an input
    public Displaced displaced() throws IOException {
        requireApartFromInputs();
        return destination().displaced(options.overwrite());
    }

    /// The room that the output needs, and that there is.
    public DiskSpace space() throws IOException {
        return DiskSpace.of(plan, target);
    }

    /// The memory that the process takes in a run, at most, in bytes.
    ///
    /// @throws FileException if even the smallest chunks do not fit the options
    public long memory() throws IOException {
        return options.process() + Chunking.of(plan, target, options).bytes();
    }

    /// Which kernels do the arithmetic on this machine, in one line.
    public static String kernels() {
        return Kernels.description();
    }

    /// What [#run] does first: what killed jobs have left of the output goes, and then it is clear
    /// whether there is room for it and nothing in its way.
    ///
    /// @throws FileException if not
    public void prepare() throws IOException {
        requireApartFromInputs();
        Staging.prepare(destination(), options.overwrite());
        space().require();
    }

    private void requireApartFromInputs() throws IOException {
        destination().requireApartFrom(inputs());
    }

    /// Files and folders that are read.
    public List<Path> inputs() {
        return Stream.concat(options.inputs().stream(), sources.paths().stream()).toList();
    }

    /// Why a plan will be computed with the Java kernels, though there are native ones for this
    /// platform; empty where that is not so, or nothing is computed.
    public static Optional<String> whyJavaKernels(Plan plan) {
        return plan.tensors().anyMatch(tensor -> Recipes.isComputed(tensor.recipe()))
                ? Kernels.whyJava()
                : Optional.empty();
    }

    /// Writes what the plan says. Afterwards the target is complete, or is as it was before.
    ///
    /// @param condition is asked for when all is written
    /// @throws FileException if an input is wrong or an output cannot be written
    public Report run(Condition condition, Progress progress) throws IOException {
        long start = System.nanoTime();
        prepare();
        Chunking chunking = Chunking.of(plan, target, options);
        try (var staging = Staging.open(destination(), options.overwrite())) {
            var written = new ArrayList<Report.Written>();
            progress.begin("writing " + target.getFileName(), plan.bytes());
            try {
                for (List<Lane> together : Lane.groups(plan)) {
                    written.addAll(write(together, staging, chunking, progress));
                }
                for (Plan.TextFile text : plan.textFiles()) {
                    written.add(write(text, staging, progress));
                }
                sources.verify();
                condition.require();
                staging.publish();
            } finally {
                progress.end();
            }
            return new Report(target, written, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /// Writes lanes side by side.
    private List<Report.Written> write(
            List<Lane> lanes, Staging staging, Chunking chunking, Progress progress)
            throws IOException {
        var writers = new ArrayList<LaneWriter>();
        lanes.forEach(lane -> writers.add(new LaneWriter(lane, staging)));
        try {
            pump(lanes, writers, chunking, progress);
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

    private static Report.Written write(Plan.TextFile text, Staging staging, Progress progress)
            throws IOException {
        try (OutputFile output = staging.create(text.name())) {
            output.write(text.bytes());
            progress.advance(text.bytes().length);
            return new Report.Written(text.name(), text.bytes().length, output.seal());
        }
    }

    /// Keeps workers busy with the chunks to come and appends the chunks that are done.
    private void pump(
            List<Lane> lanes, List<LaneWriter> writers, Chunking chunking, Progress progress)
            throws IOException {
        // The workers' memory goes with the pool, so they must be gone first.
        try (var pool = chunking.pool();
                var workers = new Workers(options.threads(), "rows")) {
            workers.inOrder(
                    chunking.tasks(lanes, sources)
                            .map(task -> (Callable<Chunk>) () -> task.make(pool))
                            .iterator(),
                    pool.buffers(),
                    made -> {
                        try (Chunk chunk = made) {
                            for (int i = 0; i < writers.size(); i++) {
                                writers.get(i).append(chunk.rows(i));
                                progress.advance(chunk.rows(i).byteSize());
                            }
                        }
                    });
        }
    }
}
