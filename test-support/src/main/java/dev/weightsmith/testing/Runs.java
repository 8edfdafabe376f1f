package dev.weightsmith.testing;

import dev.weightsmith.checkpoint.Sources;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;

/// Runs of the engine that nobody watches.
public final class Runs {
    private Runs() {}

    /// With the usual options.
    public static Report run(Plan plan, Path target, Sources sources) throws IOException {
        return run(plan, target, sources, EngineOptions.defaults());
    }

    public static Report run(Plan plan, Path target, Sources sources, EngineOptions options)
            throws IOException {
        return new Engine(plan, target, sources, options).run(Engine.Condition.NONE, Progress.NONE);
    }
}
