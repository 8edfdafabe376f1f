package dev.weightsmith.merge;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.error.Finding;
import dev.weightsmith.plan.Plan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A planned job and the inputs that it holds open.
///
/// @param read files and folders that the command line names, of which none may give way to the
///   output
public record Job(
        Plan plan,
        Path target,
        Sources sources,
        List<Finding> findings,
        List<Path> read,
        Closeable inputs)
        implements Closeable {
    public Job {
        read = List.copyOf(read);
        findings = List.copyOf(findings);
    }

    @Override
    public void close() throws IOException {
        inputs.close();
    }
}
