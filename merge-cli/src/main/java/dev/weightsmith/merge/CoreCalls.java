package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.ErrorKind;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Problem;
import java.nio.file.Path;

/// The library's side of the commands.
final class CoreCalls implements Core {
    @Override
    public Job plan(Request request) {
        throw missing();
    }

    @Override
    public long memory(Job job, JobOptions options) {
        throw missing();
    }

    @Override
    public Written run(Job job, JobOptions options, Progress progress) {
        throw missing();
    }

    @Override
    public Inspection inspect(Path path) {
        throw missing();
    }

    private static PlanException missing() {
        return new PlanException(
                Problem.of(ErrorKind.UNSUPPORTED, "this build holds no readers and writers yet"));
    }
}
