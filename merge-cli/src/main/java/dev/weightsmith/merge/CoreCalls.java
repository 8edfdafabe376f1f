package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import dev.weightsmith.model.DigestedAdapters;
import dev.weightsmith.model.FoldOptions;
import dev.weightsmith.model.Folded;
import dev.weightsmith.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/// The library's side of the commands.
final class CoreCalls implements Core {
    @Override
    public Job plan(Request request, JobOptions job, Progress progress) throws IOException {
        KnownFiles known = KnownFiles.published();
        Folded folded =
                Folded.open(
                        request.model(),
                        request.adapters(),
                        new FoldOptions(
                                request.roundOnce(),
                                request.strict(),
                                request.target().floatingType(),
                                new DigestedAdapters(known, progress)));
        try {
            var findings = new ArrayList<Finding>(folded.findings());
            findings.addAll(TokenizerFindings.of(folded.model(), request.target().formats()));
            findings.addAll(
                    new KnownInputs(known, job.threads(), progress)
                            .check(folded.unknownFiles(), request.strict()));
            Plan plan = ModelPlans.of(folded.model(), request.target(), name(request), findings);
            return new Job(
                    plan,
                    request.target().out(),
                    folded.model().sources(),
                    findings,
                    request.inputs(),
                    folded);
        } catch (IOException | RuntimeException e) {
            folded.close();
            throw e;
        }
    }

    /// What a base is called no longer fits once adapters are folded in; the output's name does.
    private static Optional<String> name(Request request) {
        Target target = request.target();
        return target.modelName().isPresent() || request.adapters().isEmpty()
                ? target.modelName()
                : Optional.of(
                        String.valueOf(target.out().getFileName()).replaceFirst("\\.gguf$", ""));
    }

    @Override
    public long memory(Job job, JobOptions options) throws IOException {
        return engine(job, options).memory();
    }

    @Override
    public Report run(Job job, JobOptions options, Progress progress) throws IOException {
        return engine(job, options).run(Engine.Condition.NONE, progress);
    }

    static Engine engine(Job job, JobOptions options) {
        return new Engine(
                job.plan(), job.target(), job.sources(), options.engine().reading(job.read()));
    }

    @Override
    public Inspection inspect(Path path) throws IOException {
        return Inspector.inspect(path);
    }
}
