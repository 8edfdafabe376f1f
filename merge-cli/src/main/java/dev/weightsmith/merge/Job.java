package dev.weightsmith.merge;

import dev.weightsmith.error.Finding;
import dev.weightsmith.plan.Plan;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// A planned job and the inputs that it holds open.
public record Job(Plan plan, List<Finding> findings, Closeable inputs) implements Closeable {
    public Job {
        findings = List.copyOf(findings);
    }

    @Override
    public void close() throws IOException {
        inputs.close();
    }
}
