package dev.weightsmith.job;

import dev.weightsmith.digest.DigestedFile;
import dev.weightsmith.digest.FileDigester;
import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Workers;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;

/// Compares inputs that are called like published files with the published digests, in a thread of
/// its own beside a run. Other inputs cost nothing.
final class KnownInputs implements AutoCloseable {
    private final Workers thread = new Workers(1, "known");
    private final Watched watched = new Watched();
    private final Future<List<Problem>> mismatches;
    private List<Problem> found = List.of();

    /// Hands progress on once somebody waits, and ends the work when nobody wants it any more.
    private static final class Watched implements Progress {
        private volatile Progress progress = NONE;
        private volatile boolean unwanted;

        @Override
        public void begin(String what, long totalBytes) {}

        @Override
        public void advance(long bytes) {
            if (unwanted) {
                throw new CancellationException("no longer wanted");
            }
            progress.advance(bytes);
        }

        @Override
        public void end() {}
    }

    private KnownInputs(List<Path> files) {
        mismatches = thread.begin(() -> mismatches(files));
    }

    /// Begins to read files.
    static KnownInputs begin(List<Path> files) {
        return new KnownInputs(files);
    }

    private List<Problem> mismatches(List<Path> files) {
        if (files.isEmpty()) {
            return List.of();
        }
        KnownFiles known = KnownFiles.published();
        var problems = new ArrayList<Problem>();
        new FileDigester(1, watched)
                .digest(
                        files,
                        file -> {
                            if (file instanceof DigestedFile.Done done) {
                                known.mismatch(done.file(), done.digest()).ifPresent(problems::add);
                            }
                        });
        return problems;
    }

    /// Waits until all are read.
    ///
    /// @throws PlanException if one is not what it is called and that is an error
    void require(boolean strict, Progress progress) throws IOException {
        if (!mismatches.isDone()) {
            progress.begin("comparing inputs with published digests", 0);
            watched.progress = progress;
        }
        found = Workers.result(mismatches);
        if (strict && !found.isEmpty()) {
            throw new PlanException(found);
        }
    }

    /// What is not what it is called.
    List<Finding> findings() {
        return found.stream()
                .map(problem -> new Finding(Finding.Severity.WARNING, problem))
                .toList();
    }

    @Override
    public void close() {
        watched.unwanted = true;
        thread.close();
    }
}
