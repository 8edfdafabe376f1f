package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.JobRunner;
import dev.weightsmith.cli.Jobs;
import dev.weightsmith.cli.KnownInputOptions;
import dev.weightsmith.cli.OutputOptions;
import dev.weightsmith.cli.Supplement;
import dev.weightsmith.cli.TargetOptions;
import dev.weightsmith.job.Merging;
import dev.weightsmith.job.Request;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `weightsmith convert`.
@Command(
        name = "convert",
        description = {
            "Write a model in another form or type.",
            "",
            "Reads the same models as merge: Meta and Hugging Face folders, single files of weights,"
                    + " GGUF files. From GGUF to GGUF without --type, every tensor is copied as it"
                    + " is, with the metadata that are asked for.",
            ""
        },
        customSynopsis = "weightsmith convert --model PATH --out PATH [OPTIONS]",
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Examples:",
            "  Meta's files for llama.cpp, in float16:",
            "    weightsmith convert --model llama-7b --type F16 --out llama-7b.gguf",
            "  A pickled PyTorch model as safetensors:",
            "    weightsmith convert --model llama-7b-hf-bin --out llama-7b-hf",
            "  A quantized file with another chat template:",
            "    weightsmith convert --model alpaca-q4_k_m.gguf --chat-template alpaca --out new.gguf"
        },
        sortOptions = false)
final class ConvertCommand implements Callable<Integer> {
    private final Jobs jobs;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "The model to convert.")
    private Path model;

    @Mixin private KnownInputOptions known;
    @Mixin private TargetOptions target;
    @Mixin private JobOptions job;
    @Mixin private OutputOptions output;

    ConvertCommand(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public Integer call() throws Exception {
        new JobRunner(jobs, job, output)
                .run(
                        new Request(Merging.nothing(model), target.target(), known.strict()),
                        Supplement.NONE);
        return 0;
    }
}
