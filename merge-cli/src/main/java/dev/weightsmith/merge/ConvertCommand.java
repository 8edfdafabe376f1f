package dev.weightsmith.merge;

import dev.weightsmith.cli.JobOptions;
import dev.weightsmith.cli.OutputOptions;
import java.nio.file.Path;
import java.util.List;
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
    private final Core core;

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

    ConvertCommand(Core core) {
        this.core = core;
    }

    @Override
    public Integer call() throws Exception {
        new JobRunner(core, job, output)
                .run(new Request(model, List.of(), false, known.strict(), target.target()));
        return 0;
    }
}
