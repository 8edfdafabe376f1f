package dev.weightsmith.job;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.error.Finding;
import dev.weightsmith.output.QuantizePlan;
import dev.weightsmith.plan.Plan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a request comes to, and the inputs that it holds open. Nothing is written yet, and no
/// weights are read.
///
/// @param target the file or folder
/// @param sources that the plan's tensors are read from
/// @param read files and folders that the request names, of which none may give way to the output
/// @param known files that are called like published ones: whether they are, a run finds out
/// @param strict whether it is an error if they are not
/// @param quantized the choices behind GGUF files, where there are such
public record Planned(
        Plan plan,
        Path target,
        Sources sources,
        List<Finding> findings,
        List<Path> read,
        List<Path> known,
        boolean strict,
        Optional<QuantizePlan> quantized,
        Closeable held)
        implements Closeable {
    public Planned {
        findings = List.copyOf(findings);
        read = List.copyOf(read);
        known = List.copyOf(known);
    }

    /// A plan that was made before, with its files.
    public static Planned of(Plan plan, Path target, Sources sources) {
        return new Planned(
                plan,
                target,
                sources,
                List.of(),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                sources);
    }

    /// What carries it out.
    public Engine engine(EngineOptions options) {
        return new Engine(plan, target, sources, options.reading(read));
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
