package dev.weightsmith.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.engine.DiskSpace;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import dev.weightsmith.error.Printable;
import dev.weightsmith.io.Displaced;
import dev.weightsmith.job.Job;
import dev.weightsmith.job.Planned;
import dev.weightsmith.job.Request;
import dev.weightsmith.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The road of every command that writes a model: plan, tell what was found, then either print the
/// plan or carry it out and report.
public final class JobRunner {
    private final Jobs jobs;
    private final JobOptions options;
    private final OutputOptions output;

    public JobRunner(Jobs jobs, JobOptions options, OutputOptions output) {
        this.jobs = jobs;
        this.options = options;
        this.output = output;
    }

    /// Plans a job and carries it out, or describes it.
    public void run(Request request, Supplement supplement) throws IOException {
        try (Planned planned = jobs.plan(request, output.progress())) {
            run(planned, supplement);
        }
    }

    /// The same of what is planned already.
    public void run(Planned planned, Supplement supplement) throws IOException {
        tell(planned.findings());
        if (options.dryRun()) {
            describe(planned, supplement);
        } else {
            carryOut(planned, supplement);
        }
    }

    private void tell(List<Finding> findings) {
        var texts = new FindingTexts(findings);
        for (Finding finding : findings) {
            switch (finding.severity()) {
                case NOTE -> output.note(texts.text(finding));
                case WARNING -> output.warn(texts.text(finding), finding.problem().hint());
                // Errors have stopped the planning.
                case ERROR -> throw new PlanException(finding.problem());
            }
        }
    }

    private void describe(Planned planned, Supplement supplement) throws IOException {
        Engine engine = planned.engine(options.engine());
        DiskSpace disk = engine.space();
        var going = Going.of(() -> displaced(engine, supplement));
        var report =
                new PlanReport(
                        planned.plan(),
                        planned.target(),
                        planned.findings(),
                        planned.known(),
                        going.displaced(),
                        disk,
                        jobs.memory(planned, options.engine()),
                        options.maxMemory());
        if (output.json()) {
            ObjectNode json = report.json();
            supplement.tell(json);
            output.print(json);
        } else {
            report.print(output.out());
        }
        // The plan is worth seeing, but a script must learn that it cannot be carried out.
        output.out().flush();
        going.require();
        disk.require();
        Optional<SideFile> plan = planOut(engine);
        if (plan.isPresent()) {
            plan.get().write(PlanPage.bytes(planned));
        }
    }

    /// All that gives way: to the output, and to what is written beside it.
    private Displaced displaced(Engine engine, Supplement supplement) throws IOException {
        Displaced all = engine.displaced();
        for (SideFile file : sideFiles(engine, supplement)) {
            all = all.and(file.displaced());
        }
        return all;
    }

    private Optional<SideFile> planOut(Engine engine) throws IOException {
        return options.planOut().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        SideFile.of(
                                new PlanPage(options.planOut().get()),
                                engine,
                                options.overwrite()));
    }

    /// All that is written beside the output.
    private List<SideFile> sideFiles(Engine engine, Supplement supplement) throws IOException {
        var files = new ArrayList<SideFile>();
        planOut(engine).ifPresent(files::add);
        for (Supplement.Page page : supplement.pages()) {
            files.add(SideFile.of(page, engine, options.overwrite()));
        }
        return files;
    }

    /// The file of `--plan-out`.
    private record PlanPage(Path path) implements Supplement.Page {
        @Override
        public String option() {
            return "--plan-out";
        }

        @Override
        public byte[] bytes(Planned planned, Report written) throws IOException {
            return bytes(planned);
        }

        static byte[] bytes(Planned planned) throws IOException {
            return PlanFile.of(planned.plan(), planned.sources()).bytes();
        }
    }

    private void carryOut(Planned planned, Supplement supplement) throws IOException {
        Engine engine = planned.engine(options.engine());
        List<SideFile> files = sideFiles(engine, supplement);
        for (SideFile file : files) {
            file.prepare();
        }
        engine.prepare();
        if (output.verbose()) {
            output.note(
                    "writing %s with %d %s and at most %s of memory"
                            .formatted(
                                    new ByteSize(planned.plan().bytes()),
                                    options.threads(),
                                    options.threads() == 1 ? "thread" : "threads",
                                    new ByteSize(jobs.memory(planned, options.engine()))));
        }
        Job.Done done = jobs.run(planned, options.engine(), output.progress());
        tell(done.findings().subList(planned.findings().size(), done.findings().size()));
        for (SideFile file : files) {
            file.write(file.page().bytes(planned, done.report()));
        }
        var report = new WrittenReport(planned.target(), done.report(), done.findings());
        if (output.json()) {
            ObjectNode json = report.json();
            supplement.tell(json);
            output.print(json);
        } else if (!output.quiet()) {
            report.print(output.out());
            supplement
                    .pages()
                    .forEach(page ->
                            output.out()
                                    .println("report: " + Printable.text(page.path().toString())));
        }
    }
}
