package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import java.io.IOException;
import java.nio.file.Path;

/// What the commands ask of the library, so that their own work can be tested without a model.
interface Core {
    /// Opens all inputs, checks that they fit together, and plans the output. Writes nothing.
    ///
    /// @throws dev.weightsmith.error.FileException if an input is not what it must be
    /// @throws dev.weightsmith.error.PlanException if the inputs do not fit together
    Job plan(Request request, JobOptions job, Progress progress) throws IOException;

    /// Bytes of memory that carrying out the job takes.
    ///
    /// @throws dev.weightsmith.error.FileException if that is more than the options allow
    long memory(Job job, JobOptions options) throws IOException;

    /// Writes what was planned.
    Report run(Job job, JobOptions options, Progress progress) throws IOException;

    /// Says what a file or folder is.
    Inspection inspect(Path path) throws IOException;
}
