package dev.weightsmith.job;

import dev.weightsmith.digest.KnownFiles;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.EngineOptions;
import dev.weightsmith.engine.Progress;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The one road of all jobs that write models.
public final class Job {
    private Job() {}

    /// What was written.
    ///
    /// @param findings what was worth knowing before, and what the run found out
    public record Done(Report report, List<Finding> findings) {
        public Done {
            findings = List.copyOf(findings);
        }
    }

    /// Opens all inputs, checks that they fit together, and plans the output. Writes nothing, and
    /// reads no weights but those of an adapter that may be a published one. The caller closes the
    /// plan.
    ///
    /// @throws dev.weightsmith.error.FileException if an input is not what it must be
    /// @throws dev.weightsmith.error.PlanException if the inputs do not fit together
    public static Planned plan(Request request, Progress progress) throws IOException {
        Target target = request.target();
        Origin.Opened opened = request.origin().open(target, request.strict(), progress);
        try {
            var findings = new ArrayList<>(opened.findings());
            findings.addAll(TokenizerFindings.of(opened.model(), target.formats()));
            var outputs = new Outputs(opened.model(), target, opened.name(), findings);
            Engine.whyJavaKernels(outputs.plan())
                    .map("computes with the Java kernels: %s"::formatted)
                    .map(Finding::note)
                    .ifPresent(findings::add);
            KnownFiles published = KnownFiles.published();
            List<Path> known =
                    opened.unknown().stream()
                            .filter(file -> !published.expected(file).isEmpty())
                            .toList();
            return new Planned(
                    outputs.plan(),
                    target.out(),
                    opened.model().sources(),
                    findings,
                    request.inputs(),
                    known,
                    request.strict(),
                    outputs.quantized(),
                    opened);
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /// Writes what was planned; meanwhile it is seen whether inputs are what they are called.
    /// Afterwards the target is complete, or is as it was before.
    ///
    /// @throws dev.weightsmith.error.FileException if an input is wrong or an output cannot be
    ///   written
    /// @throws dev.weightsmith.error.PlanException if a request is strict and an input is not what
    ///   it is called
    public static Done run(Planned planned, EngineOptions options, Progress progress)
            throws IOException {
        try (var known = KnownInputs.begin(planned.known())) {
            Report report =
                    planned.engine(options)
                            .run(() -> known.require(planned.strict(), progress), progress);
            var findings = new ArrayList<>(planned.findings());
            findings.addAll(known.findings());
            return new Done(report, findings);
        }
    }
}
