package dev.weightsmith.cli;

import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.job.Job;
import dev.weightsmith.job.Planned;
import dev.weightsmith.job.Request;
import java.io.IOException;

/// What commands that write models ask of the library, so that their own work can be tested without
/// a model.
public interface Jobs {
    /// The library itself.
    Jobs LIBRARY =
            new Jobs() {
                @Override
                public Planned plan(Request request, Progress progress) throws IOException {
                    return Job.plan(request, progress);
                }

                @Override
                public long memory(Planned planned, EngineOptions options) throws IOException {
                    return planned.engine(options).memory();
                }

                @Override
                public Job.Done run(Planned planned, EngineOptions options, Progress progress)
                        throws IOException {
                    return Job.run(planned, options, progress);
                }
            };

    /// As [Job#plan].
    Planned plan(Request request, Progress progress) throws IOException;

    /// Bytes of memory that carrying out a plan takes.
    ///
    /// @throws dev.weightsmith.error.FileException if that is more than the options allow
    long memory(Planned planned, EngineOptions options) throws IOException;

    /// As [Job#run].
    Job.Done run(Planned planned, EngineOptions options, Progress progress) throws IOException;
}
