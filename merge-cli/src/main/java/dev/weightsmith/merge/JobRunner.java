package dev.weightsmith.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weightsmith.cli.ByteSize;
import dev.weightsmith.cli.Going;
import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.PlanReport;
import dev.weightsmith.cli.WrittenReport;
import dev.weightsmith.engine.DiskSpace;
import dev.weightsmith.engine.Engine;
import dev.weightsmith.engine.Report;
import dev.weightsmith.error.Finding;
import dev.weightsmith.error.PlanException;
import java.io.IOException;

/// The road of every job that writes a model: plan, tell what was found, then either print the plan
/// or carry it out and report.
public final class JobRunner {
    private final Core core;
    private final JobOptions options;
    private final OutputOptions output;

    JobRunner(Core core, JobOptions options, OutputOptions output) {
        this.core = core;
        this.options = options;
        this.output = output;
    }

    public JobRunner(JobOptions options, OutputOptions output) {
        this(new CoreCalls(), options, output);
    }

    void run(Request request) throws IOException {
        try (Job job = core.plan(request, options, output.progress())) {
            run(job, JsonNodeFactory.instance.objectNode());
        }
    }

    /// Carries out a job, or describes it.
    ///
    /// @param details what else there is to tell programs
    public void run(Job job, ObjectNode details) throws IOException {
        var told = new FindingTexts(job.findings());
        job.findings().forEach(finding -> tell(finding, told.text(finding)));
        if (options.dryRun()) {
            describe(job, details);
        } else {
            carryOut(job, details);
        }
    }

    private void tell(Finding finding, String text) {
        switch (finding.severity()) {
            case NOTE -> output.note(text);
            case WARNING -> output.warn(text, finding.problem().hint());
            // Errors have stopped the planning.
            case ERROR -> throw new PlanException(finding.problem());
        }
    }

    private void describe(Job job, ObjectNode details) throws IOException {
        Engine engine = CoreCalls.engine(job, options);
        DiskSpace disk = engine.space();
        var going = Going.of(engine::displaced);
        var report =
                new PlanReport(
                        job.plan(),
                        job.target(),
                        job.findings(),
                        going.displaced(),
                        disk,
                        core.memory(job, options),
                        options.maxMemory());
        if (output.json()) {
            output.print(report.json().setAll(details));
        } else {
            report.print(output.out());
        }
        // The plan is worth seeing, but a script must learn that it cannot be carried out.
        output.out().flush();
        going.require();
        disk.require();
    }

    private void carryOut(Job job, ObjectNode details) throws IOException {
        CoreCalls.engine(job, options).prepare();
        if (output.verbose()) {
            output.note(
                    "writing "
                            + new ByteSize(job.plan().bytes())
                            + " with "
                            + options.threads()
                            + (options.threads() == 1 ? " thread" : " threads")
                            + " and at most "
                            + new ByteSize(core.memory(job, options))
                            + " of memory");
        }
        Report written = core.run(job, options, output.progress());
        var report = new WrittenReport(job.target(), written, job.findings());
        if (output.json()) {
            output.print(report.json().setAll(details));
        } else if (!output.quiet()) {
            report.print(output.out());
        }
    }
}
