package dev.weightsmith.api;

import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.Finding;
import dev.weightsmith.job.Job;
import dev.weightsmith.job.Planned;
import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An output that is planned: every byte's place is known, and none is written.
public final class PlannedJob implements AutoCloseable {
    private final Planned planned;
    private int threads = Runtime.getRuntime().availableProcessors();
    private long rowMemory = 2_000_000_000L;
    private boolean overwrite;
    private Watcher watcher = done -> {};

    PlannedJob(Planned planned) {
        this.planned = planned;
    }

    /// A file of the output.
    ///
    /// @param name in the folder, or the output's own
    public record File(String name, long bytes) {}

    /// A file that was written.
    ///
    /// @param sha256 64 hexadecimal digits
    public record Written(String name, long bytes, String sha256) {}

    /// What came of it.
    ///
    /// @param findings those before, and what the run found out
    public record Result(List<Written> files, List<Finding> findings) {
        public Result {
            files = List.copyOf(files);
            findings = List.copyOf(findings);
        }
    }

    /// Is told, from any thread, how many bytes of tensors and texts were made since it was told
    /// last.
    @FunctionalInterface
    public interface Watcher {
        void made(long bytes);
    }

    /// What is worth knowing before it runs: `NOTE` or `WARNING`, message, way out.
    public List<Finding> findings() {
        return planned.findings();
    }

    public List<File> files() {
        Plan plan = planned.plan();
        var files = new ArrayList<File>();
        plan.tensorFiles().forEach(file -> files.add(new File(file.name(), file.layout().size())));
        plan.textFiles().forEach(file -> files.add(new File(file.name(), file.bytes().length)));
        return files;
    }

    /// The SHA-256 of the plan: the same wherever and whenever the same is planned.
    public String id() {
        return PlanFile.id(planned.plan());
    }

    /// The plan as JSON (docs/formats/plan.md).
    public byte[] json() throws IOException {
        return PlanFile.of(planned.plan(), planned.sources()).bytes();
    }

    /// Threads that make rows; one for each processor if nothing is said. They never change a byte.
    public PlannedJob threads(int count) {
        threads = count;
        return this;
    }

    /// Bytes that rows may take outside of the Java heap, 2 GB if nothing is said.
    public PlannedJob rowMemory(long bytes) {
        rowMemory = bytes;
        return this;
    }

    /// An existing output may be replaced.
    public PlannedJob overwrite() {
        overwrite = true;
        return this;
    }

    /// Somebody wants to know how far it is.
    public PlannedJob watchedBy(Watcher other) {
        watcher = other;
        return this;
    }

    /// Writes the output, which is complete afterwards or as it was before. May run once.
    ///
    /// @throws dev.weightsmith.error.FileException if an input is wrong or an output cannot be
    ///   written
    public Result run() throws IOException {
        Job.Done done =
                Job.run(planned, new EngineOptions(threads, rowMemory, overwrite), progress());
        return new Result(
                done.report().files().stream()
                        .map(file -> new Written(file.name(), file.bytes(), file.sha256()))
                        .toList(),
                done.findings());
    }

    private Progress progress() {
        return new Progress() {
            @Override
            public void begin(String what, long totalBytes) {}

            @Override
            public void advance(long bytes) {
                watcher.made(bytes);
            }

            @Override
            public void end() {}
        };
    }

    /// Where it will be.
    public Path target() {
        return planned.target();
    }

    @Override
    public void close() throws IOException {
        planned.close();
    }
}
